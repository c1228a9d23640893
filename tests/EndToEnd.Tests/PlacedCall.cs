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
        var wanted = script.Expect.Messages?.Count ?? 0;
        var result = await Until.FoundAsync(async () =>
            await api.FindAsync(CallSid) is { EndReason: not null } done && done.Messages.Count >= wanted ? done : null);
        var said = string.Join('\n', result.Turns.Select(t => $"{t.Speaker}: {t.HeardText}"));

        foreach (var expectation in ExpectationCheck.Run(script, caller, outcome, result, meter.Turns, Instant.FromDateTimeOffset(startedAt)))
            expectation.Met.ShouldBeTrue($"{expectation.Name} is {expectation.Actual} instead of {expectation.Expected}\n{said}");
        said.ShouldNotContain("orry");
        meter.Turns.Max(t => t.PlayedMs).ShouldBeLessThan(new PipelineOptions().ReplyDeadlineMs);
        (await api.ListAsync("/api/calls", "carrierCallId", CallSid)).Count.ShouldBe(1);
        (await api.ListAsync("/api/leads", "callId", result.Id.ToString())).Count.ShouldBeLessThanOrEqualTo(1);
        result.Messages.Select(m => m.Type).ShouldBeUnique();
        // A turn twice would be the same words at the same moment.
        result.Turns.Select(t => (t.Speaker, t.GeneratedText, t.Times?.SpeechEndMs, t.Times?.FirstFrameSentMs)).ShouldBeUnique();
    }
}
