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
        var model = new ScriptedModel();
        var watch = new ModelWatch(server.Model ?? model);
        List<string> reasons;
        CallResult? result = null;
        try
        {
            (reasons, result) = await PlayAsync(scenario, kind, model, watch, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or CallFailedException or CallScriptException
            or Conversation.Providers.ProviderException)
        {
            reasons = [e.Message];
        }

        reasons.AddRange(model.Problems.Distinct());
        return run with
        {
            Result = reasons.Count == 0 ? RunResult.Passed : RunResult.Failed,
            Reasons = reasons,
            Turns = result?.Turns.Count ?? 0,
            Milliseconds = (long)TimeProvider.System.GetElapsedTime(started).TotalMilliseconds,
            Tools = watch.Tools,
            Call = result,
        };
    }

    private async Task<(List<string> Reasons, CallResult? Result)> PlayAsync(
        Scenario scenario, AgentKind kind, ScriptedModel model, ModelWatch watch, CancellationToken cancellationToken)
    {
        var zone = scenario.Tenant.TimeZone;
        var startedAt = scenario.Now.InZoneLeniently(zone).ToInstant();
        server.Clock.Set(startedAt.ToDateTimeOffset());
        var tenant = await server.OpenAsync(scenario.Tenant, kind, watch, cancellationToken);
        var expect = scenario.Expect[kind];
        if (audio)
        {
            var report = await new AudioRun(server, scenario, tenant, model).RunAsync(expect.Call, cancellationToken);
            var heard = ScenarioCheck.Run(
                expect, zone.Id, Instant.FromDateTimeOffset(report.StartedAt), report.Result, report.Outcome.TransferTo, watch.Tools);
            return ([.. report.Expectations.Where(e => !e.Met).Select(ScenarioCheck.Describe).Union(heard)], report.Result);
        }

        ICallerLines lines = scenario.Persona is { } persona
            ? new PersonaLines(persona, tenant.Name, server.Model!)
            : new ScriptedLines(scenario.Steps);
        var run = new TextRun(server, scenario, tenant, model, lines);
        var result = await run.RunAsync(startedAt, cancellationToken);
        var reasons = ScenarioCheck.Run(expect, zone.Id, startedAt, result, run.TransferTo, watch.Tools);
        if (lines.Left is { } left)
            reasons.Insert(0, $"the call ended before the step in line {left.Line}");
        return (reasons, result);
    }

    private string? Missing(Scenario scenario)
    {
        if (scenario.Persona is not null && server.Model is null)
            return "needs a real model to play the caller (--base-url, --model)";
        if (scenario.Persona is not null && audio)
            return "a caller that a model plays is not heard in audio mode";
        var missing = scenario.Needs.Where(n => !Features.Built.Contains(n)).ToArray();
        return missing.Length > 0 ? $"needs {string.Join(", ", missing)}" : null;
    }
}
