using Parley.Conversation.Agents;
using Parley.Conversation.Stores;
using Parley.Conversation.Tools;

namespace Parley.Conversation.Webhooks;

/// <summary>A tool's run in a transcript.</summary>
/// <param name="Id">Unique, and the same in each webhook of the call.</param>
/// <param name="Tool">The tool.</param>
/// <param name="ArgumentsJson">What it was given.</param>
/// <param name="Content">What came of it.</param>
/// <param name="Successful">It was done.</param>
internal sealed record ToolEntry(string Id, string Tool, string ArgumentsJson, string Content, bool Successful);

/// <summary>
/// Puts the runs of a call's tools between its turns. The decisions of answers tell of every run, in order; the ledger tells of those that changed
/// something, whole, and also of those whose answer was never heard. A run that both know of is there once.
/// </summary>
internal static class ToolEntries
{
    // What Retell cuts results at (docs, "Custom function").
    private const int MostContentChars = 15_000;

    /// <summary>What stands before each turn; what comes after the last has the place <see cref="int.MaxValue"/>.</summary>
    public static ILookup<int, ToolEntry> ByTurn(Guid callId, IReadOnlyList<TurnRecord> turns, IReadOnlyList<ToolOutcome> ledger)
    {
        var left = ledger.ToList();
        List<(int Before, string Tool, string Arguments, string Content, bool Successful)> found = [];
        foreach (var turn in turns.Where(static t => t.Speaker == Speaker.Agent))
        {
            foreach (var note in ToolNote.Read(turn.DecisionJson))
            {
                var known = left.Find(one => Precedes(one, turn) && one.Tool == note.Tool && ToolArguments.Canonical(one.Arguments) == note.ArgumentsJson)
                    // A model's arguments are fitted to the schema before they are written down.
                    ?? left.Find(one => Precedes(one, turn) && one.Tool == note.Tool && one.Result.Failed == note.Failed);
                if (known is not null)
                    left.Remove(known);
                found.Add(known is { Result.IsInDoubt: false }
                    ? (turn.Ordinal, known.Tool, ToolArguments.Canonical(known.Arguments), known.Result.Text, !known.Result.Failed)
                    : (turn.Ordinal, note.Tool, known is null ? note.ArgumentsJson ?? "{}" : ToolArguments.Canonical(known.Arguments), note.Text, !note.Failed));
            }
        }

        foreach (var outcome in left)
        {
            var before = turns.Where(turn => turn.Ordinal > outcome.Turn).Select(static turn => turn.Ordinal).DefaultIfEmpty(int.MaxValue).Min();
            found.Add((before, outcome.Tool, ToolArguments.Canonical(outcome.Arguments),
                outcome.Result.IsInDoubt ? outcome.Result.Data!.ToJsonString() : outcome.Result.Text, !outcome.Result.Failed));
        }

        return found.OrderBy(static one => one.Before).Select((one, index) => (one.Before, Entry: new ToolEntry(
                $"tool_call_{callId:N}_{index}", one.Tool, one.Arguments,
                one.Content.Length <= MostContentChars ? one.Content : one.Content[..MostContentChars], one.Successful)))
            .ToLookup(static one => one.Before, static one => one.Entry);
    }

    private static bool Precedes(ToolOutcome outcome, TurnRecord turn) => outcome.Turn <= turn.Ordinal;
}
