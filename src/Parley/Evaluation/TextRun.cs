using Parley.Calling;
using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;

namespace Parley.Evaluation;

/// <summary>Plays a scenario's caller in simulated time, as the carrier and the call host would, and reads what the server made of it.</summary>
internal sealed class TextRun(EvalServer server, Scenario scenario, Tenant tenant, ScriptedModel model, ICallerLines lines)
{
    private readonly string carrierId = $"CA{Guid.CreateVersion7(server.Clock.GetUtcNow()):N}";
    private int streams;
    private TimeSpan passed;

    /// <summary>Number the caller was connected to; null when that did not happen.</summary>
    public string? TransferTo { get; private set; }

    /// <summary>Places the call; returns the server's record of it, and null when there is none.</summary>
    /// <param name="needsAnalysis">Waits for the call's analysis.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CallResult?> RunAsync(bool needsAnalysis, CancellationToken cancellationToken)
    {
        var now = scenario.StartsAt.ToDateTimeOffset();
        var called = tenant.Numbers[0];
        var id = await server.Calls.StartAsync(
            new CallStarted
            {
                CallId = Guid.CreateVersion7(now),
                CarrierCallId = carrierId,
                TenantId = tenant.Id,
                CallerNumber = scenario.From,
                CalledNumber = called,
                StartedAt = now,
            },
            cancellationToken);
        ResumePoint? resume = null;
        while (true)
        {
            var context = new CallContext(id, carrierId, tenant, scenario.From, called, CallDirection.Inbound, $"MZ{++streams}");
            await server.Calls.ConnectedAsync(id, context.StreamId!, now, cancellationToken);
            await using var call = TextCall.Start(
                context, server.CallServices, server.PipelineOptions, resume, now, lines.Afterwards?.InterruptAfterMs is not null, cancellationToken);
            await ConverseAsync(call, cancellationToken);
            var outcome = await call.OutcomeAsync();
            TransferTo ??= outcome.TransferTo;
            // What a call leaves is written behind it, in one transaction with its end.
            var result = await server.RecordAsync(carrierId, static r => r.EndReason is not null, cancellationToken);
            if (outcome.Reason != CallEndReason.Transferred || scenario.DialStatus == "completed")
                return needsAnalysis && result is not null ? await server.RecordAsync(carrierId, static r => r.Analysis is not null, cancellationToken) : result;

            // Nobody answers there: the carrier brings the caller back.
            model.Expect(scenario.OnReturn.Count > 0 ? scenario.OnReturn : null, "the caller's return (on_return)");
            now = call.Now;
            var snapshot = await server.Calls.FindAsync(carrierId, cancellationToken) ?? throw new InvalidOperationException("The call has gone.");
            resume = new ResumePoint(snapshot.AgentStateJson, snapshot.History, snapshot.NextOrdinal, ResumeReason.TransferFailed);
        }
    }

    private async Task ConverseAsync(TextCall call, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (lines.Afterwards?.InterruptAfterMs is { } interruptAfter)
                await call.ListenAsync(interruptAfter);
            else
                await call.ListenAsync();
            if (call.IsOver)
                return;

            var step = await lines.NextAsync(call.Turns, cancellationToken) ?? new ScenarioStep { Does = CallerDoes.HangUp };
            call.SpeakNaturally(lines.Afterwards?.InterruptAfterMs is not null);
            model.Expect(step.Model, $"the step in line {step.Line}");
            await MeanwhileAsync(call, step, cancellationToken);
            await DoAsync(call, step);
            if (call.IsOver)
                return;
        }
    }

    // What the server's clocks show follows the conversation, and what others do happens then.
    private async Task MeanwhileAsync(TextCall call, ScenarioStep step, CancellationToken cancellationToken)
    {
        passed += TimeSpan.FromMinutes(step.AfterMinutes);
        var now = call.Now + passed;
        server.Clock.Set(now);
        foreach (var booking in step.Meanwhile)
            await server.Desk.MakeAsync(tenant, booking, scenario.Now, now, TimeSpan.Zero, cancellationToken);
    }

    private static async Task DoAsync(TextCall call, ScenarioStep step)
    {
        switch (step.Does)
        {
            case CallerDoes.Say:
                await call.SayAsync(step.Text);
                break;
            case CallerDoes.Press:
                await call.PressAsync(step.Text);
                break;
            case CallerDoes.StaySilent:
                call.StaySilent();
                break;
            case CallerDoes.MakeNoise:
                await call.MakeNoiseAsync();
                break;
            case CallerDoes.HangUp:
                await call.HangUpAsync();
                break;
        }

        if (step.ThenHangsUp)
            await call.HangUpAsync();
    }
}
