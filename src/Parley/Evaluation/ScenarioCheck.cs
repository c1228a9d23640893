using System.Globalization;
using NodaTime;
using Parley.Calling;
using Parley.Conversation.Agents;

namespace Parley.Evaluation;

/// <summary>Compares what a scenario expects with what the call came to.</summary>
internal static class ScenarioCheck
{
    /// <summary>Every expectation that is not met, in words.</summary>
    public static List<string> Run(
        ScenarioExpectations expect, string zone, Instant startedAt, CallResult? result, string? transferTo, IReadOnlyList<string> tools)
    {
        if (result is null)
            return ["the server has no record of the call"];
        var found = ExpectationCheck.Compare(expect.Call, zone, result, transferTo, startedAt);
        if (expect.Lead is { } lead)
            found.Add(new("lead", lead ? "one" : "none", result.Lead is { } l ? $"{l.Intent}, {l.Status}" : "none", lead == result.Lead is not null));
        if (expect.Phone is { } phone)
            found.Add(new("phone", phone, result.Lead?.Phone ?? "none", phone == result.Lead?.Phone));
        foreach (var phrase in expect.Note)
            found.Add(new("note", phrase, result.Lead?.Note ?? "none", Calling.Phrases.Occurs(phrase, result.Lead?.Note ?? "")));
        if (expect.Escalations is { } escalations)
        {
            // What is found by analysing the call comes some time after its end.
            var raised = result.Escalations.Select(e => Plain(e.Reason)).Where(r => r != "NEGATIVE").ToHashSet(StringComparer.Ordinal);
            found.Add(new("escalations", List(escalations), List(result.Escalations.Select(e => e.Reason)), raised.SetEquals(escalations.Select(Plain))));
        }

        var called = tools.Count == 0 ? "none" : string.Join(", ", tools);
        foreach (var tool in expect.Tools)
            found.Add(new("tools", tool, called, tools.Contains(tool)));
        foreach (var tool in expect.ToolsNever)
            found.Add(new("tools_never", tool, called, !tools.Contains(tool)));
        if (expect.MostTurns is { } most)
        {
            var turns = result.Turns.Count(t => t.Speaker == Speaker.Agent);
            found.Add(new("most_turns", $"at most {most}", turns.ToString(CultureInfo.InvariantCulture), turns <= most));
        }

        return [.. found.Where(e => !e.Met).Select(Describe)];
    }

    private static string List(IEnumerable<string> items) => $"[{string.Join(", ", items)}]";

    // The API writes askedFor, a scenario asked_for.
    private static string Plain(string code) => code.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>An expectation that is not met, in words.</summary>
    public static string Describe(ExpectationOutcome e) => $"{e.Name}: expected {e.Expected}, got {e.Actual}";
}
