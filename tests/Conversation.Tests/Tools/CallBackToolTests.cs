using System.Text.Json.Nodes;
using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tests.Agents;
using Parley.Conversation.Tools;

namespace Parley.Conversation.Tests.Tools;

// Saturday, 21 November 2026, 10:00 in New York; the restaurant is open on Sundays from 12:00 to 21:00, on Tuesdays from 11:30 to 22:00.
public sealed class CallBackToolTests
{
    [Theory]
    [InlineData("2026-11-22T17:00", "2026-11-22T17:00")]
    [InlineData("2026-11-22 17:00:00Z", "2026-11-22T17:00")]
    [InlineData("tomorrow after five", "2026-11-22T17:00")]
    [InlineData("tomorrow at 9", "2026-11-22T09:00")]
    [InlineData("tomorrow at nine in the evening", "2026-11-22T21:00")]
    [InlineData("tomorrow", "2026-11-22T12:00")]
    [InlineData("2026-11-22", "2026-11-22T12:00")]
    [InlineData("on Monday morning", "2026-11-23T08:00")]
    [InlineData("Tuesday evening", "2026-11-24T17:00")]
    [InlineData("at nine", "2026-11-21T21:00")]
    [InlineData("after eleven", "2026-11-21T11:00")]
    [InlineData("in half an hour", "2026-11-21T10:30")]
    [InlineData("this afternoon", "2026-11-21T12:00")]
    [InlineData("this morning", "2026-11-21T11:30")]
    [InlineData("today", "2026-11-21T11:30")]
    public async Task The_time_is_a_field_in_the_tenants_zone(string said, string from)
    {
        var result = await RunAsync(new { about = "The bill", date_time = said });

        result.Failed.ShouldBeFalse(result.Text);
        ((string?)result.Data!["at"]).ShouldBe(from);
        result.Facts!.CallBackFor.ShouldBe(DateTime.Parse(from, System.Globalization.CultureInfo.InvariantCulture));
        (result.Facts.Intent, result.Facts.Message).ShouldBe((CallIntent.Message, "Please call back: The bill"));
    }

    [Fact]
    public async Task A_time_that_the_clocks_skip_is_what_they_show_instead()
    {
        // In New York 02:30 of March 14, 2027 is not there.
        var result = await RunAsync(new { about = "x", date_time = "2027-03-14T02:30" });

        result.Facts!.CallBackFor.ShouldBe(new DateTime(2027, 3, 14, 3, 30, 0));
    }

    [Theory]
    [InlineData("2026-11-21T09:00", "not_possible")]
    [InlineData("2026-11-20", "bad_arguments")]
    [InlineData("whenever", "bad_arguments")]
    [InlineData("Tuesday the fifth of December", "bad_arguments")]
    public async Task A_time_that_is_over_or_none_is_asked_for_again(string said, string error)
    {
        var result = await RunAsync(new { about = "The bill", date_time = said });

        Desk.Error(result).ShouldBe(error);
        result.Facts.ShouldBeNull();
    }

    [Fact]
    public async Task It_may_be_at_any_time_and_a_later_request_takes_the_earlier_ones_place()
    {
        var first = await RunAsync(new { about = "The bill", date_time = "tomorrow after five" });
        var second = await RunAsync(new { about = "The order" }, first.Facts);

        second.Text.ShouldStartWith("Noted: the staff calls back.");
        (second.Facts!.CallBackFor, second.Facts.Message).ShouldBe((null, "Please call back: The order"));
    }

    [Fact]
    public async Task Without_a_number_nobody_can_be_called_back() =>
        Desk.Error(await RunAsync(new { about = "x" }, caller: null)).ShouldBe("not_possible");

    [Theory]
    [InlineData("Can you call me back tomorrow after five?", "Hello, this is about my order of Friday.")]
    [InlineData("I want to leave a message.", "Please call me back tomorrow after five about my order.")]
    [InlineData("I need to speak to the manager.", "Yes please, have them call me back tomorrow after five.", "It is about the bill.")]
    [InlineData("I want to leave a message.", "This is Bob, call me back at 555 010 1299 tomorrow after five.")]
    public void The_rules_note_the_same_field(params string[] lines)
    {
        var call = new DialogueScript(SampleTenants.Restaurant with { Departments = [] });

        call.Caller(lines);

        call.Facts.CallBackFor.ShouldBe(new DateTime(2026, 11, 22, 17, 0, 0));
        call.Facts.Intent.ShouldBe(CallIntent.Message);
    }

    [Fact]
    public void A_time_in_a_message_that_asks_for_no_call_is_part_of_the_message_alone()
    {
        var call = new DialogueScript().Caller("I want to leave a message.", "The flowers come tomorrow at five.");

        call.Facts.Message.ShouldNotBeNull().ShouldContain("tomorrow at five");
        call.Facts.CallBackFor.ShouldBeNull();
    }

    private static Task<ToolResult> RunAsync(object arguments, CallFacts? facts = null, string? caller = "+15550101234")
    {
        var call = new CallContext(Guid.Empty, "CA1", SampleTenants.Restaurant, caller, SampleTenants.CalledNumber, CallDirection.Inbound);
        var json = System.Text.Json.JsonSerializer.SerializeToNode(arguments)!.AsObject();
        return new CallBackTool().RunAsync(
            new ToolInvocation(call, 1, "request_call_back", json, facts ?? CallFacts.None, DialogueScript.SaturdayMorning, "key"), CancellationToken.None);
    }
}
