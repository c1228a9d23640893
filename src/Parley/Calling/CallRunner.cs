using NodaTime;

namespace Parley.Calling;

/// <summary>Plays a script against a server and finds out what came of it.</summary>
internal sealed class CallRunner(
    TwilioCallOptions options, HttpClient http, ICallResultSource? source, CallConsole console, TimeProvider time, Action<SpokenStep>? stepStarted = null)
{
    private static readonly TimeSpan ResultDeadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>Makes the call.</summary>
    /// <exception cref="CallFailedException">The server cannot be reached, or broke the call's protocol beyond repair.</exception>
    public async Task<CallReport> RunAsync(CallScript script, CallRecorder? recorder, CancellationToken cancellationToken)
    {
        var meter = new LatencyMeter();
        var caller = new ScriptedCaller(script);
        ICallObserver[] observers = recorder is null ? [meter, console] : [meter, console, recorder];
        var call = new TwilioCall(options, http, time, observers);
        meter.Answered += console.Answer;
        meter.Expect(null);
        caller.StepStarted += begun =>
        {
            if (begun.Step.Say is not null || begun.Step.Press is not null)
                meter.Expect(begun);
            console.Step(begun);
            stepStarted?.Invoke(begun);
        };

        console.Begin(script, call.CallSid);
        var startedAt = time.GetUtcNow();
        using var over = new CancellationTokenSource();
        var watching = source is null ? Task.CompletedTask : WatchAsync(source, call.CallSid, over.Token);
        CallOutcome outcome;
        try
        {
            outcome = await call.RunAsync(caller, cancellationToken);
        }
        catch
        {
            await over.CancelAsync();
            await watching;
            throw;
        }

        var result = source is null ? null : await ResultAsync(source, script, call.CallSid);
        await over.CancelAsync();
        await watching;
        return new CallReport
        {
            Script = script.Name,
            StartedAt = startedAt,
            Outcome = outcome,
            Latencies = meter.Turns,
            Result = result,
            Expectations = ExpectationCheck.Run(
                script, caller, outcome, result, meter.Turns, Instant.FromDateTimeOffset(startedAt)),
        };
    }

    private async Task WatchAsync(ICallResultSource source, string callSid, CancellationToken cancellationToken)
    {
        try
        {
            CallResult? found;
            while ((found = await source.FindAsync(callSid, cancellationToken)) is null)
                await Task.Delay(PollEvery, time, cancellationToken);
            await foreach (var turn in source.WatchAsync(found.Id, cancellationToken))
                console.Turn(turn);
        }
        catch (Exception e) when (e is OperationCanceledException or CallFailedException or HttpRequestException or IOException
            or System.Text.Json.JsonException)
        {
            // Watching is a comfort: without it the transcript is printed at the end, and reading the result reports what is wrong.
        }
    }

    // The record is complete when the call has ended and what is made of it (lead and messages) is there; some calls leave nothing.
    private async Task<CallResult?> ResultAsync(ICallResultSource source, CallScript script, string callSid)
    {
        using var deadline = new CancellationTokenSource(ResultDeadline, time);
        CallResult? result = null;
        try
        {
            while (true)
            {
                result = await source.FindAsync(callSid, deadline.Token) ?? result;
                if (result is { EndIsFinal: true } && IsComplete(result, script.Expect))
                    return result;
                await Task.Delay(PollEvery, time, deadline.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return result;
        }
    }

    private static bool IsComplete(CallResult result, CallExpectations expect)
    {
        var wantsLead = (expect.Intent ?? expect.Status ?? expect.Service ?? expect.Name) is not null
            || expect.PartySize is not null || expect.RequestedFor is not null;
        return (!wantsLead || result.Lead is not null) && result.Messages.Count >= (expect.Messages?.Count ?? 0)
            && result.Messages.All(m => m.Status != "queued");
    }
}
