using NodaTime;
using Parley.Calling;

namespace Parley.Evaluation;

/// <summary>Runs scenarios, one after the other.</summary>
/// <param name="server">The server that is called.</param>
/// <param name="audio">Over real audio, in real time.</param>
internal sealed class ScenarioRunner(EvalServer server, bool audio)
{
    /// <summary>Runs one with an agent.</summary>
    public async Task<ScenarioRun> RunAsync(Scenario scenario, AgentKind kind, CancellationToken cancellationToken)
    {
        var run = new ScenarioRun { File = scenario.File, Name = scenario.Name, Agent = kind, Result = RunResult.Skipped };
        if (Missing(scenario) is { } missing)
            return run with { Reasons = [missing] };

        var started = TimeProvider.System.GetTimestamp();
        var model = new ScriptedModel(scenario.Analysis);
        var watch = new ModelWatch(server.Model ?? model);
        List<string> reasons;
        var played = new Played(null, null, [], []);
        try
        {
            (reasons, played) = await PlayAsync(scenario, kind, model, watch, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or CallFailedException or CallScriptException
            or Conversation.Providers.ProviderException)
        {
            reasons = [e is Conversation.Providers.ProviderException && server.Model is not null ? $"the model at --base-url did not answer: {e.Message}" : e.Message];
        }

        reasons.AddRange(model.Problems.Distinct());
        return run with
        {
            Result = reasons.Count == 0 ? RunResult.Passed : RunResult.Failed,
            Reasons = reasons,
            Turns = played.Result?.Turns.Count ?? 0,
            Milliseconds = (long)TimeProvider.System.GetElapsedTime(started).TotalMilliseconds,
            Tools = watch.Tools,
            Bookings = played.Bookings,
            Call = played.Result,
        };
    }

    private async Task<(List<string> Reasons, Played Played)> PlayAsync(
        Scenario scenario, AgentKind kind, ScriptedModel model, ModelWatch watch, CancellationToken cancellationToken)
    {
        var tenant = await server.OpenAsync(scenario, kind, watch, cancellationToken);
        var expect = scenario.Expect[kind];
        if (audio)
        {
            var report = await new AudioRun(server, scenario, tenant, model).RunAsync(expect.Call, expect.NeedsAnalysis, cancellationToken);
            var heard = await PlayedAsync(report.Result, report.Outcome.TransferTo);
            return ([.. report.Expectations.Where(e => !e.Met).Select(ScenarioCheck.Describe).Union(ScenarioCheck.Run(
                expect, tenant.TimeZone, Instant.FromDateTimeOffset(report.StartedAt), heard))], heard);
        }

        ICallerLines lines = scenario.Persona is { } persona && server.Model is { } caller
            ? new PersonaLines(persona, tenant.Name, caller)
            : new ScriptedLines(scenario.Steps);
        var run = new TextRun(server, scenario, tenant, model, lines);
        var played = await PlayedAsync(await run.RunAsync(expect.NeedsAnalysis, cancellationToken), run.TransferTo);
        var reasons = ScenarioCheck.Run(expect, tenant.TimeZone, scenario.StartsAt, played);
        if (lines.Left is { } left)
            reasons.Insert(0, $"the call ended before the step in line {left.Line}");
        return (reasons, played);

        async Task<Played> PlayedAsync(CallResult? result, string? transferTo) => new(
            result, transferTo, watch.Tools,
            tenant.Booking is { Resources.Count: > 0 } ? await server.Bookings.OfAsync(tenant.Slug, cancellationToken) : []);
    }

    private string? Missing(Scenario scenario) => scenario switch
    {
        { Persona: null } or { Steps.Count: > 0 } => null,
        _ when audio => "a caller that a model plays is not heard in audio mode",
        _ => server.Model is null ? "needs a real model to play the caller (--base-url, --model)" : null,
    };
}

/// <summary>What a call came to.</summary>
/// <param name="Result">The server's record; null when there is none.</param>
/// <param name="TransferTo">Number the caller was connected to; null when that did not happen.</param>
/// <param name="Tools">Tools that the model asked for, in order.</param>
/// <param name="Bookings">The business's bookings after it.</param>
internal sealed record Played(CallResult? Result, string? TransferTo, IReadOnlyList<string> Tools, IReadOnlyList<ResultBooking> Bookings);
