using Parley.Persistence.Tenants;

namespace Parley.Persistence.Tests.Calendars;

public sealed class ResourceCalendarFileTests
{
    [Theory]
    [InlineData("https://calendar.example.com/a.ics", "https://calendar.example.com/a.ics")]
    [InlineData("webcal://calendar.example.com/a.ics", "https://calendar.example.com/a.ics")]
    public void A_resources_calendar_is_read_and_written_back(string given, string expected)
    {
        var tenant = TenantFile.Parse(File($"{{ics: \"{given}\"}}"), "t.yaml");

        tenant.Booking!.Resources[0].Calendar!.Ics.ShouldBe(expected);
        TenantFile.Parse(TenantFile.Write(tenant), "t.yaml").Booking!.Resources[0].Calendar.ShouldBe(tenant.Booking.Resources[0].Calendar);
        tenant.Booking.Resources[0].Calendar!.WithoutSecret().Ics.ShouldBe("https://calendar.example.com/…");
    }

    [Theory]
    [InlineData("{}", "must have one of 'ics' and 'google'")]
    [InlineData("{ics: \"https://example.com/a.ics\", google: {calendar_id: primary}}", "must have one of 'ics' and 'google'")]
    [InlineData("{google: {}}", "'calendar_id' is missing")]
    [InlineData("{google: {calendar_id: \"a b\"}}", "must be a calendar's id")]
    [InlineData("{google: {calendar_id: primary, refresh_token: x}}", "'refresh_token' is not known")]
    [InlineData("{ics: \"\"}", "'ics' is empty")]
    [InlineData("{ics: calendar.ics}", "must be a web address")]
    [InlineData("{ics: \"file:///etc/passwd\"}", "must be a web address")]
    [InlineData("{ics: \"https://ann:secret@example.com/a.ics\"}", "without a password")]
    [InlineData("{ics: \"https://example.com/a.ics\", colour: red}", "'colour' is not known")]
    [InlineData("https://example.com/a.ics", "must be a mapping")]
    public void A_mistake_in_it_is_told(string calendar, string error) =>
        Should.Throw<TenantFileException>(() => TenantFile.Parse(File(calendar), "t.yaml")).Message.ShouldContain(error);

    private static string File(string calendar) =>
        $$"""
        slug: luigis
        name: Luigi's
        kind: restaurant
        time_zone: America/New_York
        greeting: Hello.
        booking:
          resources:
            - name: for four
              kind: table
              calendar: {{calendar}}
        """;
}
