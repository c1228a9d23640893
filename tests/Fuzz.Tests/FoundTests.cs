using NodaTime;
using Parley.Admin.Api.Http;
using Parley.Calling;
using Parley.Conversation.Calendars;
using Parley.Persistence.Tenants;
using YamlDotNet.Core;

namespace Parley.Fuzz.Tests;

/// <summary>What fuzzing found, one test each.</summary>
public sealed class FoundTests
{
    private static readonly Interval Year = new(Instant.FromUtc(2026, 11, 1, 0, 0), Instant.FromUtc(2027, 11, 1, 0, 0));

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Nesting_without_end_is_refused_and_does_not_exhaust_the_stack(string open)
    {
        var yaml = string.Concat(Enumerable.Repeat(open, 100_000));
        Should.Throw<TenantFileException>(() => TenantFile.Parse(yaml, "deep.yaml")).Errors.ShouldHaveSingleItem();
        Should.Throw<CallScriptException>(() => CallScriptReader.Read(new StringReader(yaml), "deep.yaml", _ => null!));
    }

    [Fact]
    public void What_the_YAML_library_trips_over_is_a_mistake_in_the_file() =>
        Should.Throw<TenantFileException>(() => TenantFile.Parse("aliases: [a,\n-\n", "odd.yaml"));

    [Theory]
    [InlineData("a: &a [*a]")]
    [InlineData("? &a [x, *a]\n: y")]
    [InlineData("a: &a [1]\nb: &b [*a, *a]\nc: [*b, *b]")]
    public void Lists_that_hold_themselves_or_each_other_are_refused(string yaml) =>
        Should.Throw<YamlException>(() => YamlText.Load(yaml)).Message.ShouldContain("alias");

    [Theory]
    [InlineData("2026-12-31T23:59:59+18:00")]
    [InlineData("2026-12-31T23:59:59-14:01")]
    public void A_time_with_an_offset_that_no_place_has_is_a_mistake_in_the_query(string time)
    {
        var reader = new QueryReader();
        reader.Time("from", time).ShouldBeNull();
        reader.HasErrors.ShouldBeTrue();
    }

    [Fact]
    public void A_time_with_the_largest_offset_is_read() =>
        new QueryReader().Time("from", "2026-12-31T23:59:59+14:00")!.Value.Offset.ShouldBe(TimeSpan.FromHours(14));

    [Fact]
    public void A_value_may_be_repeated_by_an_alias() => YamlText.Load("a: &a x\nb: *a").Count.ShouldBe(1);

    [Fact]
    public void A_zone_with_a_path_without_end_is_not_known()
    {
        var reading = CalendarReader.Read(
            $"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID={new string('/', 4_000_000)}:20261121T100000\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            DateTimeZone.Utc, Year, static _ => false);

        reading.Busy.ShouldHaveSingleItem().Start.ShouldBe(Instant.FromUtc(2026, 11, 21, 10, 0));
        reading.Notes.ShouldHaveSingleItem().ShouldContain("is not known");
    }

    [Fact]
    public void Exceptions_without_end_of_series_without_end_are_looked_up_and_not_gone_through()
    {
        var except = string.Join(',', Enumerable.Range(0, 100_000).Select(static i => $"20260101T{i / 3600 % 24:00}{i / 60 % 60:00}{i % 60:00}"));
        var text = new System.Text.StringBuilder("BEGIN:VCALENDAR\r\n");
        for (var i = 0; i < 100; i++)
            text.Append("BEGIN:VEVENT\r\nDTSTART:20261101T100000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY\r\nEXDATE:").Append(i == 0 ? except : except[..17]).Append("\r\nEND:VEVENT\r\n");

        CalendarReader.Read(text.Append("END:VCALENDAR\r\n").ToString(), DateTimeZone.Utc, Year, static _ => false).Busy.Count.ShouldBe(365);
    }
}
