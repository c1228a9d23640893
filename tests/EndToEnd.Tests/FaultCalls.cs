using Parley.Calling;
using Parley.Conversation.Agents;
using Parley.Conversation.Faults;

namespace Parley.EndToEnd.Tests;

/// <summary>
/// Callers on bad lines, as <c>parley call --fault</c> makes them. Whatever the line does, there is one call, at most one lead, one message of a type,
/// no doubled turn, and no session is left.
/// </summary>
public sealed class FaultCalls(SampleCalls shared)
{
    [Theory]
    [InlineData("delay=80ms,jitter=60ms", "+14155550171", true)]
    [InlineData("drop=1%,duplicate=10%,reorder=10%,corrupt=1%,seed=4", "+14155550172", false)]
    [InlineData("stall@4s=2s", "+14155550173", false)]
    [InlineData("cut@6s", "+14155550174", false)]
    [InlineData("half-open@5s", "+14155550175", false)]
    public async Task A_call_over_a_bad_line_leaves_one_call_and_nothing_twice(string faults, string from, bool isUnderstood)
    {
        var script = Repository.Script("hours") with { From = from };
        var options = shared.Server.Options(script) with { Faults = FaultPlan.Parse(faults), MaxDuration = TimeSpan.FromSeconds(60) };

        var report = await shared.Server.CallAsync(script, options);

        var callSid = report.Outcome.CallSid;
        var result = await Until.FoundAsync(async () => await shared.Server.FindAsync(callSid) is { EndIsFinal: true } done ? done : null);
        var said = string.Join('\n', result.Turns.Select(t => $"{t.Speaker}: {(t.Speaker == Speaker.Agent ? t.HeardText : t.GeneratedText)}"));
        (await shared.Server.ListAsync("/api/calls", "carrierCallId", callSid)).Count.ShouldBe(1);
        (await shared.Server.ListAsync("/api/leads", "callId", result.Id.ToString())).Count.ShouldBeLessThanOrEqualTo(1);
        result.Messages.Select(m => m.Type).ShouldBeUnique();
        result.Turns.Where(t => t.Speaker == Speaker.Caller).Select(t => t.Times?.SpeechStartMs).ShouldBeUnique(said);
        result.Turns.ShouldContain(t => t.Speaker == Speaker.Agent && t.HeardText.Contains("Luigi", StringComparison.Ordinal), said);
        await Until.TrueAsync(() => Task.FromResult(shared.Server.Registry.OutcomeOf(callSid) is not null));
        if (isUnderstood)
            report.Expectations.ShouldAllBe(e => e.Met, said);
    }
}
