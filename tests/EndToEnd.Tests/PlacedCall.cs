using NodaTime;
using Parley.Calling;
using PipelineOptions = Parley.Conversation.Pipeline.PipelineOptions;

namespace Parley.EndToEnd.Tests;

/// <summary>A caller on the line, whose call's record is looked at later, when the database is there again.</summary>
internal sealed class PlacedCall
{
    private readonly CallScript script;
    private readonly LatencyMeter meter = new();
    private readonly ScriptedCaller caller;
    private readonly DateTimeOffset startedAt = TimeProvider.System.GetUtcNow();
    private readonly TaskCompletionSource greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TwilioCall call;
    private readonly Task<CallOutcome> running;

    public PlacedCall(Uri server, HttpClient http, string scriptName, string from)
    {
        script = Repository.Script(scriptName) with { From = from };
        caller = new ScriptedCaller(script);
        meter.Expect(null);
        meter.Answered += _ => greeted.TrySetResult();
        caller.StepStarted += begun =>
        {
            if (begun.Step.Say is not null)
                meter.Expect(begun);
        };
        var options = new TwilioCallOptions { Server = server, From = from, To = script.To, MaxDuration = TimeSpan.FromSeconds(150) };
        call = new TwilioCall(options, http, TimeProvider.System, meter);
        running = call.RunAsync(caller, TestContext.Current.CancellationToken);
    }

    public string CallSid => call.CallSid;

    /// <summary>The caller has heard the greeting.</summary>
    public async Task GreetedAsync()
    {
        await Task.WhenAny(greeted.Task, running).WaitAsync(TimeSpan.FromSeconds(60));
        greeted.Task.IsCompleted.ShouldBeTrue($"{CallSid} ended before its greeting");
    }

    /// <summary>
    /// The caller noticed nothing: each step was answered before the agent would have apologised, and the call's record is complete and there
    /// once.
    /// </summary>
    public async Task WentWellAsync(OwnersApi api)
    {
        var outcome = await running;
        outcome.Violations.ShouldBeEmpty();
        CallResult? result = null;
        IReadOnlyList<ExpectationOutcome> expectations = [];
        // The carrier's word may be written before the media side's, which then replaces it.
        await Until.TrueAsync(async () =>
        {
            result = await api.FindAsync(CallSid) ?? result;
            expectations = result is null ? [] : ExpectationCheck.Run(script, caller, outcome, result, meter.Turns, Instant.FromDateTimeOffset(startedAt));
            return expectations.Count > 0 && expectations.All(e => e.Met);
        }, () => string.Join('\n', expectations.Select(e => $"{e.Name}: {e.Actual} instead of {e.Expected}")));
        var said = string.Join('\n', result!.Turns.Select(t => $"{t.Speaker}: {t.HeardText}"));

        said.ShouldNotContain("orry");
        meter.Turns.Max(t => t.PlayedMs).ShouldBeLessThan(new PipelineOptions().ReplyDeadlineMs);
        (await api.ListAsync("/api/calls", "carrierCallId", CallSid)).Count.ShouldBe(1);
        (await api.ListAsync("/api/leads", "callId", result.Id.ToString())).Count.ShouldBeLessThanOrEqualTo(1);
        result.Messages.Select(m => m.Type).ShouldBeUnique();
        // A turn twice would be the same words at the same moment.
        result.Turns.Select(t => (t.Speaker, t.GeneratedText, t.Times?.SpeechEndMs, t.Times?.FirstFrameSentMs)).ShouldBeUnique();
    }
}
