using System.Globalization;
using Parley.Conversation.Agents;
using Spectre.Console;

namespace Parley.Evaluation;

/// <summary>Prints the table as it grows: a line for each run when it is over, and what was said where something is not as expected.</summary>
internal sealed class EvalConsole(IAnsiConsole console, bool transcripts)
{
    // The turn in which something went wrong is mostly one of the last.
    private const int ExcerptTurns = 12;

    private int width = 20;

    /// <summary>The head of the table.</summary>
    public void Begin(IReadOnlyList<Scenario> scenarios)
    {
        width = scenarios.Select(s => Short(s.File).Length).DefaultIfEmpty(20).Max();
        Line($"[grey]{"",-4}  {"scenario".PadRight(width)}  {"agent",-5}  turns      ms[/]");
    }

    /// <summary>A run is over.</summary>
    public void Add(ScenarioRun run)
    {
        var mark = run.Result switch { RunResult.Passed => "[green]ok[/]  ", RunResult.Failed => "[red]FAIL[/]", _ => "[yellow]skip[/]" };
        var agent = run.Agent == AgentKind.Rules ? "rules" : "llm";
        var head = $"{mark}  {Markup.Escape(Short(run.File).PadRight(width))}  {agent,-5}";
        if (run.Result == RunResult.Skipped)
        {
            Line($"{head}  [yellow]{Markup.Escape(run.Reasons[0])}[/]");
            return;
        }

        Line(string.Create(CultureInfo.InvariantCulture, $"{head}  {run.Turns,5}  {run.Milliseconds,6}"));
        foreach (var reason in run.Reasons)
            Line($"      [red]{Markup.Escape(reason)}[/]");
        if (run.Result == RunResult.Failed || transcripts)
            Transcript(run);
    }

    /// <summary>The sum.</summary>
    public void End(EvalReport report) => Line(string.Create(
        CultureInfo.InvariantCulture,
        $"{report.Passed} passed, {report.Failed} failed, {report.Skipped} skipped in {report.Milliseconds / 1000.0:0.0} s ({report.Mode}, model {report.Model})"));

    private void Transcript(ScenarioRun run)
    {
        var turns = run.Call?.Turns ?? [];
        var left = transcripts ? 0 : Math.Max(0, turns.Count - ExcerptTurns);
        if (left > 0)
            Line($"      [grey]... {left} turns before[/]");
        foreach (var turn in turns.Skip(left))
        {
            Line(turn.Speaker == Speaker.Caller
                ? $"      [cyan]caller[/]  {Markup.Escape(turn.GeneratedText)}"
                : $"      [green]agent[/]   {Markup.Escape(turn.HeardText)}{(turn.Interrupted ? " [yellow](interrupted)[/]" : "")}");
        }

        if (run.Call?.Lead is { } lead)
            Line($"      [grey]lead    {Markup.Escape(lead.Summary ?? "")}{(lead.Note is { } note ? Markup.Escape($" ({note})") : "")}[/]");
        foreach (var booking in run.Bookings)
            Line($"      [grey]booking {Markup.Escape(booking.ToString())}[/]");
        if (run.Call?.Analysis is { } analysis)
            Line($"      [grey]after   {Markup.Escape($"{analysis.Sentiment}, {analysis.Outcome}: {analysis.Summary} (by {analysis.MadeBy})")}[/]");
        if (run.Tools.Count > 0)
            Line($"      [grey]tools   {Markup.Escape(string.Join(", ", run.Tools))}[/]");
    }

    // A table that is broken into lines by the terminal's width is none.
    private void Line(string markup)
    {
        console.Profile.Width = Math.Max(console.Profile.Width, 400);
        console.MarkupLine(markup);
    }

    private static string Short(string file) => Path.ChangeExtension(file, null).Replace('\\', '/');
}
