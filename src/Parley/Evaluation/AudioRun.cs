using Parley.Calling;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tts;
using Parley.Conversation.Tts.Flite;
using Spectre.Console;

namespace Parley.Evaluation;

/// <summary>
/// Plays a scenario's caller over real audio: the lines are spoken by the embedded voice and go through Twilio's protocol, voice activity detection and
/// recognition in real time, as with <c>parley call</c>.
/// </summary>
internal sealed class AudioRun(EvalServer server, Scenario scenario, Tenant tenant, ScriptedModel model)
{
    // Another voice than the agent's.
    private const string CallerVoice = "rms";

    /// <summary>Places the call.</summary>
    /// <exception cref="CallScriptException">A step is not one of a caller who is heard.</exception>
    public async Task<CallReport> RunAsync(CallExpectations expect, bool needsAnalysis, CancellationToken cancellationToken)
    {
        var steps = new List<(CallStep Step, ScenarioStep Of)>();
        foreach (var step in scenario.Steps)
            steps.AddRange((await SpeakAsync(step, cancellationToken)).Select(s => (s, step)));
        var script = new CallScript
        {
            Name = scenario.Name,
            From = scenario.From ?? "+266696687",
            To = tenant.Numbers[0],
            Zone = tenant.TimeZone.Id,
            DialStatus = scenario.DialStatus,
            Steps = [.. steps.Select(s => s.Step)],
            Expect = expect,
        };
        var options = new TwilioCallOptions
        {
            Server = server.Address, From = script.From, To = script.To, DialStatus = script.DialStatus, MaxDuration = TimeSpan.FromMinutes(3),
        };
        var quiet = new CallConsole(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }), quiet: true);
        var runner = new CallRunner(options, server.Http, server.Results, quiet, server.Clock, begun =>
        {
            var of = steps.First(s => s.Step == begun.Step).Of;
            model.Expect(of.Model, $"the step in line {of.Line}");
        });
        var report = await runner.RunAsync(script, null, cancellationToken);
        return needsAnalysis && report.Result is { Analysis: null }
            ? report with { Result = await server.RecordAsync(report.Outcome.CallSid, static r => r.Analysis is not null, cancellationToken) }
            : report;
    }

    private async Task<IReadOnlyList<CallStep>> SpeakAsync(ScenarioStep step, CancellationToken cancellationToken)
    {
        var like = new CallStep
        {
            Line = step.Line,
            Trigger = step.InterruptAfterMs is null ? StepTrigger.AgentDone : StepTrigger.Interrupt,
            AfterMs = step.InterruptAfterMs ?? 300,
            Optional = step.Optional,
        };
        var hangUp = new CallStep { Line = step.Line, HangUp = true, Trigger = StepTrigger.Now, AfterMs = 0 };
        return step.Does switch
        {
            CallerDoes.Say when step.ThenHangsUp => [like with { Say = await SynthesizeAsync(step.Text, cancellationToken), Text = step.Text }, hangUp],
            CallerDoes.Say => [like with { Say = await SynthesizeAsync(step.Text, cancellationToken), Text = step.Text }],
            CallerDoes.Press => [like with { Press = step.Text }],
            CallerDoes.StaySilent => [like with { WaitMs = server.PipelineOptions.IdleMs }],
            CallerDoes.HangUp => [like with { HangUp = true }],
            _ => throw new CallScriptException($"{scenario.File}:{step.Line}: there is no such sound in audio mode"),
        };
    }

    private static async Task<Utterance> SynthesizeAsync(string words, CancellationToken cancellationToken)
    {
        using var voice = new FliteTextToSpeech();
        var telephone = new TelephoneVoice();
        var audio = new List<byte>();
        telephone.Begin();
        await foreach (var chunk in voice.SynthesizeAsync(new SpeechRequest(words, CallerVoice, "en-US"), cancellationToken))
        {
            using var spoken = chunk.Audio;
            if (spoken is not null && telephone.Convert(spoken) is { } converted)
                Take(converted);
        }

        if (telephone.Flush() is { } rest)
            Take(rest);
        return new Utterance([.. audio]);

        void Take(Conversation.Frames.AudioFrame frame)
        {
            audio.AddRange(frame.Bytes);
            frame.Dispose();
        }
    }
}
