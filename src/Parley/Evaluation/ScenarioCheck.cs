using System.Globalization;
using NodaTime;
using Parley.Calling;
using Parley.Conversation.Agents;

namespace Parley.Evaluation;

/// <summary>Compares what a scenario expects with what the call came to.</summary>
internal static class ScenarioCheck
{
    /// <summary>Every expectation that is not met, in words.</summary>
    public static List<string> Run(ScenarioExpectations expect, DateTimeZone zone, Instant startedAt, Played played)
    {
        var (result, transferTo, tools, bookings) = played;
        if (result is null)
            return ["the server has no record of the call"];
        var found = ExpectationCheck.Compare(expect.Call, zone.Id, result, transferTo, startedAt);
        var calledAt = startedAt.InZone(zone).LocalDateTime;
        found.AddRange(BookingCheck.Among(expect.Bookings, bookings, calledAt));
        if (expect.BookingsExactly is { } exactly)
            found.Add(BookingCheck.Exactly(exactly, bookings, calledAt));
        found.AddRange(Analysis(expect.Analysis, result.Analysis));
        if (expect.Lead is { } lead)
            found.Add(new("lead", lead ? "one" : "none", result.Lead is { } l ? $"{l.Intent}, {l.Status}" : "none", lead == result.Lead is not null));
        if (expect.Phone is { } phone)
            found.Add(new("phone", phone, result.Lead?.Phone ?? "none", phone == result.Lead?.Phone));
        if (expect.CallBack is { } back)
            found.Add(ExpectationCheck.Time("call_back", back, zone.Id, startedAt, result.Lead?.CallBackFor));
        foreach (var phrase in expect.Note)
            found.Add(new("note", phrase, result.Lead?.Note ?? "none", Calling.Phrases.Occurs(phrase, result.Lead?.Note ?? "")));
        if (expect.Escalations is { } escalations)
        {
            // What is found by analysing the call comes some time after its end: it counts where that is waited for.
            var raised = result.Escalations.Select(e => Plain(e.Reason)).Where(r => r != "NEGATIVE" || expect.NeedsAnalysis).ToHashSet(StringComparer.Ordinal);
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

    private static IEnumerable<ExpectationOutcome> Analysis(AnalysisExpectations expect, ResultAnalysis? found)
    {
        var madeBy = found is null ? "no analysis" : $"by {found.MadeBy}";
        if (expect.Sentiment is { } sentiment)
            yield return new("sentiment", sentiment, $"{found?.Sentiment} ({madeBy})", Plain(sentiment) == Plain(found?.Sentiment ?? ""));
        if (expect.Outcome is { } outcome)
            yield return new("outcome", outcome, $"{found?.Outcome} ({madeBy})", Plain(outcome) == Plain(found?.Outcome ?? ""));
        if (expect.Success is { } success)
            yield return new("success", success ? "true" : "false", $"{found?.Successful} ({madeBy})", success == found?.Successful);
        if (expect.Summary is { } summary)
            yield return new("summary", summary, $"{found?.Summary} ({madeBy})", Calling.Phrases.Occurs(summary, found?.Summary ?? ""));
    }

    private static string List(IEnumerable<string> items) => $"[{string.Join(", ", items)}]";

    // The API writes askedFor, a scenario asked_for.
    private static string Plain(string code) => code.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>An expectation that is not met, in words.</summary>
    public static string Describe(ExpectationOutcome e) => $"{e.Name}: expected {e.Expected}, got {e.Actual}";
}
