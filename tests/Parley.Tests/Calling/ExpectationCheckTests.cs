using NodaTime;
using Parley.Calling;

namespace Parley.Tests.Calling;

public class ExpectationCheckTests
{
    // 03:30 UTC on a Sunday: still Saturday evening in New York.
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 3, 30);

    [Fact]
    public void A_time_is_meant_in_the_scripts_zone_at_the_time_of_the_call()
    {
        RequestedTime.TryParse("tomorrow 19:30", out var time).ShouldBeTrue();
        var expect = new CallExpectations { RequestedFor = time };
        Check(expect, new CallResult { Lead = new ResultLead { RequestedFor = "2026-11-22T19:30:00" } }).ShouldBeEmpty();
        Check(expect, new CallResult { Lead = new ResultLead { RequestedFor = "2026-11-22T19:30:00-05:00" } }).ShouldBeEmpty();
        Check(expect, new CallResult { Lead = new ResultLead { RequestedFor = "2026-11-23T19:30:00" } }).ShouldBe(["requested_for"]);
        Check(expect, new CallResult()).ShouldBe(["requested_for"]);
    }

    [Fact]
    public void A_missing_record_meets_nothing_that_needs_one() =>
        Check(new CallExpectations { Messages = [], AgentNeverSays = ["x"] }, null).ShouldBe(["result", "messages"]);

    [Fact]
    public void A_message_too_many_is_not_met() => Check(
        new CallExpectations { Messages = ["recap"] },
        new CallResult { Messages = [new ResultMessage { Type = "recap" }, new ResultMessage { Type = "recap" }] }).ShouldBe(["messages"]);

    [Fact]
    public void A_call_that_ends_before_the_script_does_is_not_met()
    {
        CallStep[] steps = [new() { Press = "1", Line = 3 }];
        Check(new CallExpectations(), null, steps).ShouldBe(["turns"]);
        Check(new CallExpectations(), null, [steps[0] with { Optional = true }]).ShouldBeEmpty();
    }

    [Fact]
    public void The_slowest_answer_counts_and_the_greeting_does_not()
    {
        var expect = new CallExpectations { MaxTurnLatencyMs = 500 };
        Check(expect, null, [], new TurnLatency(null, 900, 900), new TurnLatency("a", 500, 600)).ShouldBeEmpty();
        Check(expect, null, [], new TurnLatency("a", 400, 400), new TurnLatency("b", 501, 600)).ShouldBe(["max_turn_latency_ms"]);
        Check(expect, null, []).ShouldBe(["max_turn_latency_ms"]);
    }

    private static string[] Check(
        CallExpectations expect, CallResult? result, CallStep[]? steps = null, params TurnLatency[] latencies)
    {
        var script = new CallScript { Name = "t", From = "+14155550123", To = "+12125550101", Steps = steps ?? [], Expect = expect };
        var outcome = new CallOutcome { CallSid = "CA", End = CallEnd.Completed, Duration = TimeSpan.FromSeconds(9) };
        return [.. ExpectationCheck.Run(script, new ScriptedCaller(script), outcome, result, latencies, Now)
            .Where(e => !e.Met).Select(e => e.Name)];
    }
}
