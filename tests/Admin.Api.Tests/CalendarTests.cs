using System.Net;
using Dapper;

namespace Parley.Admin.Api.Tests;

public sealed class CalendarTests(AdminFixture fixture) : IClassFixture<AdminFixture>
{
    [Fact]
    public async Task A_tenant_learns_its_feeds_and_whoever_knows_an_address_reads_that_one_without_a_key()
    {
        var tenant = await NewTenantAsync();
        await tenant.BookingAsync("for two", "1", TestTenant.Noon.AddDays(2000));
        using var own = tenant.Client();
        var items = (await own.GetJsonAsync($"/api/tenants/{tenant.Slug}/calendars")).GetProperty("items").EnumerateArray().ToList();
        items.Select(i => i.GetProperty("resource").GetString()).ShouldBe(["for two", "for six"]);
        items[1].GetProperty("elsewhere").GetString().ShouldBe("https://calendar.example.com/…");

        using var anybody = fixture.Host.Client();
        var feed = items[0].GetProperty("feed").GetString()!;
        using var response = await anybody.GetAsync(feed);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/calendar; charset=utf-8");
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldContain(@"SUMMARY:Maria\, 2 guests");
        text.ShouldNotContain("5550123");

        using var again = new HttpRequestMessage(HttpMethod.Get, feed);
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        using var unchanged = await anybody.SendAsync(again);
        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await (await anybody.GetAsync(items[1].GetProperty("feed").GetString())).Content.ReadAsStringAsync()).ShouldNotContain("Maria");
    }

    [Fact]
    public async Task A_wrong_address_is_not_found_and_says_nothing()
    {
        var tenant = await NewTenantAsync();
        var feed = await FeedAsync(tenant);
        using var anybody = fixture.Host.Client();

        foreach (var wrong in (string[])["/calendars/x.ics", "/calendars/.ics", feed[..^4], feed[..^5] + ".ics", feed.Replace(".ics", ".ICS", StringComparison.Ordinal)])
        {
            using var response = await anybody.GetAsync(wrong);
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound, wrong);
            (await response.Content.ReadAsStringAsync()).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Nobody_lists_anothers_feeds_and_addresses_of_calendars_are_not_read_out()
    {
        var tenant = await NewTenantAsync();
        using var other = (await fixture.NewTenantAsync()).Client();
        using var own = tenant.Client();

        (await other.StatusAsync($"/api/tenants/{tenant.Slug}/calendars")).ShouldBe(HttpStatusCode.NotFound);
        (await own.GetStringAsync($"/api/tenants/{tenant.Slug}")).ShouldNotContain("private-1234");
        (await own.GetStringAsync($"/api/tenants/{tenant.Slug}/calendars")).ShouldNotContain("private-1234");
    }

    [Fact]
    public async Task Whole_addresses_are_told_when_the_servers_own_is_known_and_requests_are_bounded()
    {
        var tenant = await NewTenantAsync();
        await using var host = await AdminHost.StartAsync(
            fixture.Database, fixture.Signals, time: null, ("Admin:PublicBaseUrl", "https://voice.example.com/"), ("Admin:FeedRequestsPerMinute", "2"));
        using var own = host.Client(tenant.Key);
        var list = await own.GetJsonAsync($"/api/tenants/{tenant.Slug}/calendars");
        var feed = new Uri(list.GetProperty("items")[0].GetProperty("feed").GetString()!);
        feed.Host.ShouldBe("voice.example.com");

        using var anybody = host.Client();
        (await anybody.StatusAsync(feed.AbsolutePath)).ShouldBe(HttpStatusCode.OK);
        (await anybody.StatusAsync("/calendars/wrong.ics")).ShouldBe(HttpStatusCode.NotFound);
        using var refused = await anybody.GetAsync(feed.AbsolutePath);
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter.ShouldNotBeNull();
    }

    private async Task<TestTenant> NewTenantAsync()
    {
        var tenant = await fixture.NewTenantAsync();
        await using var connection = await fixture.Database.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            update tenants set profile = jsonb_set(profile, '{booking,resources}', '[
                {"name": "for two", "capacity": 2},
                {"name": "for six", "capacity": 6, "calendar": {"ics": "https://calendar.example.com/private-1234/basic.ics"}}]') where id = @Id
            """,
            new { tenant.Id });
        return tenant;
    }

    private static async Task<string> FeedAsync(TestTenant tenant)
    {
        using var own = tenant.Client();
        return (await own.GetJsonAsync($"/api/tenants/{tenant.Slug}/calendars")).GetProperty("items")[0].GetProperty("feed").GetString()!;
    }
}
