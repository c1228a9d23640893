using System.Globalization;
using Parley.Conversation.Agents;
using Spectre.Console;

namespace Parley.Calling;

/// <summary>Prints a call as it goes and what came of it. Safe to use from the call's threads.</summary>
internal sealed class CallConsole(IAnsiConsole console, bool quiet) : ICallObserver
{
    private readonly Lock gate = new();

    /// <summary>Whether the agent's words arrive while the call runs.</summary>
    public bool Live { get; private set; }

    private int? answeredAfterMs;

    /// <summary>The head of the printout.</summary>
    public void Begin(CallScript script, string callSid) =>
        Line($"[bold]{Markup.Escape(script.Name)}[/]  [grey]{script.From} calls {script.To}, {callSid}[/]");

    /// <summary>The caller does something.</summary>
    public void Step(SpokenStep begun)
    {
        var step = begun.Step;
        var what = step switch
        {
            { Say: not null } => Markup.Escape(step.Text ?? "(speaks)"),
            { Press: { } keys } => $"[grey](presses {Markup.Escape(keys)})[/]",
            { WaitMs: { } wait } => $"[grey](waits {wait} ms)[/]",
            _ => "[grey](hangs up)[/]",
        };
        Line($"[cyan]caller[/]  {(begun.Interrupting ? "[yellow](interrupts)[/] " : "")}{what}");
    }

    /// <summary>The agent begins to answer.</summary>
    public void Answer(TurnLatency latency)
    {
        lock (gate)
        {
            if (Live)
                answeredAfterMs = latency.ReceivedMs;
            else
                Line($"[green]agent[/]   ... {Milliseconds(latency.ReceivedMs)}");
        }
    }

    /// <summary>A turn is over, told by the live feed.</summary>
    public void Turn(ResultTurn turn)
    {
        lock (gate)
        {
            Live = true;
            if (turn.Speaker == Speaker.Caller)
            {
                Line($"        [grey]heard: {Markup.Escape(turn.GeneratedText)}[/]");
                return;
            }

            var latency = answeredAfterMs is { } ms ? $" {Milliseconds(ms)}" : "";
            answeredAfterMs = null;
            Line($"[green]agent[/]   {Markup.Escape(turn.HeardText)}{(turn.Interrupted ? " [yellow](interrupted)[/]" : "")}{latency}");
        }
    }

    /// <inheritdoc/>
    public void OnTwiml(string verb, string text) => Line($"[blue]carrier[/] {Markup.Escape($"{verb} {text}")}");

    /// <inheritdoc/>
    public void OnViolation(ProtocolViolation violation) =>
        Line($"[red]protocol[/] {(violation.Code is { } code ? $"{code}: " : "")}{Markup.Escape(violation.Message)}");

    /// <summary>What came of the call.</summary>
    public void End(CallReport report, bool timeline)
    {
        var outcome = report.Outcome;
        Line($"[grey]{outcome.End} after {outcome.Duration.TotalSeconds:0.0} s"
            + $"{(outcome.TransferTo is { } number ? $", transferred to {number}" : "")}[/]");
        if (report.Result is { } result)
        {
            if (!Live)
                Transcript(result);
            if (timeline)
                foreach (var line in Timeline.Render(result))
                    Line(Markup.Escape(line));
            Lead(result);
        }

        foreach (var e in report.Expectations)
        {
            Line(e.Met
                ? $"[green]ok[/]      {e.Name}: {Markup.Escape(e.Expected)}"
                : $"[red]not met[/] {e.Name}: expected {Markup.Escape(e.Expected)}, got {Markup.Escape(e.Actual)}", always: !e.Met);
        }
    }

    private void Transcript(CallResult result)
    {
        foreach (var turn in result.Turns)
            Line(turn.Speaker == Speaker.Caller
                ? $"[cyan]caller[/]  {Markup.Escape(turn.GeneratedText)}"
                : $"[green]agent[/]   {Markup.Escape(turn.HeardText)}{(turn.Interrupted ? " [yellow](interrupted)[/]" : "")}");
    }

    private void Lead(CallResult result)
    {
        if (result.Lead is { } lead)
        {
            object?[] facts = [lead.Intent, lead.Status, lead.Name, lead.PartySize, lead.Service, lead.RequestedFor, lead.Note];
            Line($"[magenta]lead[/]    {Markup.Escape(string.Join(", ", facts.Where(f => f is not null)
                .Select(f => Convert.ToString(f, CultureInfo.InvariantCulture))))}");
        }

        foreach (var message in result.Messages)
            Line($"[magenta]text[/]    {Markup.Escape($"{message.Type} ({message.Status}): {message.Body}")}");
    }

    private static string Milliseconds(int ms) => $"[{(ms <= 800 ? "grey" : ms <= 1500 ? "yellow" : "red")}]({ms} ms)[/]";

    private void Line(string markup, bool always = false)
    {
        if (quiet && !always)
            return;

        lock (gate)
            console.MarkupLine(markup);
    }
}
