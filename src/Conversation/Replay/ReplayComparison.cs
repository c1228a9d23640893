using System.Text.Json;
using Parley.Conversation.Capture;
using Parley.Conversation.Pipeline;

namespace Parley.Conversation.Replay;

/// <summary>Compares what a call gave out with what its replay gave out.</summary>
internal static class ReplayComparison
{
    // Each row is compared in order by itself, so that one late message does not hide what else is different.
    private static readonly (string What, CallOutputKind[] Kinds)[] Rows =
    [
        ("carrier", [CallOutputKind.Media, CallOutputKind.Mark, CallOutputKind.Clear, CallOutputKind.Close]),
        ("requests", [CallOutputKind.Ask, CallOutputKind.Speak, CallOutputKind.Hold, CallOutputKind.RequestText, CallOutputKind.Commit]),
        ("turn-taking", [CallOutputKind.EndTurn, CallOutputKind.Dismiss]),
    ];

    /// <summary>The differences. Of a truncated capture only what is there is compared.</summary>
    public static List<ReplayDifference> Compare(IReadOnlyList<CallOutput> captured, IReadOnlyList<CallOutput> replayed, bool truncated)
    {
        var differences = new List<ReplayDifference>();
        foreach (var (what, kinds) in Rows)
        {
            var before = captured.Where(o => kinds.Contains(o.Kind)).ToList();
            var now = replayed.Where(o => kinds.Contains(o.Kind)).ToList();
            CompareRow(what, before, now, truncated, differences);
        }

        CompareRecords(CallOutputKind.Turn, captured, replayed, truncated, differences);
        CompareRecords(CallOutputKind.CallEnd, captured, replayed, truncated, differences);
        return differences;
    }

    /// <summary>The first difference in a row, and how much differs behind it.</summary>
    private static void CompareRow(
        string what, List<CallOutput> captured, List<CallOutput> replayed, bool truncated, List<ReplayDifference> differences)
    {
        var same = 0;
        while (same < captured.Count && same < replayed.Count && captured[same] == replayed[same])
            same++;
        if (same == captured.Count && (same == replayed.Count || truncated))
            return;

        CallOutput? before = same < captured.Count ? captured[same] : null;
        CallOutput? now = same < replayed.Count ? replayed[same] : null;
        differences.Add(new ReplayDifference(before?.AtMs ?? now!.Value.AtMs, $"{what}, entry {same + 1}", Text(before), Text(now)));

        var missing = Without(captured, replayed);
        var added = Without(replayed, captured);
        if (missing.Count + added.Count > 2)
        {
            differences.Add(new ReplayDifference(
                before?.AtMs ?? now!.Value.AtMs, $"{what}, all", $"{missing.Count} entries are not in the replay", $"{added.Count} entries are new"));
        }
    }

    private static List<string> Without(List<CallOutput> some, List<CallOutput> others)
    {
        var left = others.Select(ReplayLog.Describe).GroupBy(d => d, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count());
        var missing = new List<string>();
        foreach (var text in some.Select(ReplayLog.Describe))
        {
            if (left.GetValueOrDefault(text) > 0)
                left[text]--;
            else
                missing.Add(text);
        }

        return missing;
    }

    private static void CompareRecords(
        CallOutputKind kind, IReadOnlyList<CallOutput> captured, IReadOnlyList<CallOutput> replayed, bool truncated,
        List<ReplayDifference> differences)
    {
        var before = captured.Where(o => o.Kind == kind).ToList();
        var now = replayed.Where(o => o.Kind == kind).ToList();
        var most = truncated ? before.Count : Math.Max(before.Count, now.Count);
        for (var i = 0; i < most; i++)
        {
            CallOutput? old = i < before.Count ? before[i] : null;
            CallOutput? current = i < now.Count ? now[i] : null;
            var what = kind == CallOutputKind.Turn ? $"turn {(old ?? current)!.Value.Number}" : "end";
            if (old is null || current is null)
                differences.Add(new ReplayDifference((old ?? current)!.Value.AtMs, what, Text(old), Text(current)));
            else if (old.Value.Text != current.Value.Text)
                CompareFields(old.Value.AtMs, what, old.Value.Text, current.Value.Text, differences);
        }
    }

    private static void CompareFields(long atMs, string what, string captured, string replayed, List<ReplayDifference> differences)
    {
        using var before = JsonDocument.Parse(captured);
        using var now = JsonDocument.Parse(replayed);
        CompareFields(atMs, what, before.RootElement, now.RootElement, differences);
    }

    private static void CompareFields(long atMs, string what, JsonElement before, JsonElement now, List<ReplayDifference> differences)
    {
        if (before.ValueKind != JsonValueKind.Object || now.ValueKind != JsonValueKind.Object)
        {
            // The facts themselves are compared beside it.
            var isExchanged = now.ValueKind == JsonValueKind.String && now.ValueEquals(CapturedState.Exchanged);
            if (!isExchanged && !JsonElement.DeepEquals(before, now))
                differences.Add(new ReplayDifference(atMs, what, before.ToString(), now.ToString()));
            return;
        }

        // What is written down of a turn has grown since: a field that the capture does not have cannot be compared.
        foreach (var old in before.EnumerateObject())
        {
            if (now.TryGetProperty(old.Name, out var current))
                CompareFields(atMs, $"{what}, {old.Name}", old.Value, current, differences);
            else if (old.Value.ValueKind != JsonValueKind.Null)
                differences.Add(new ReplayDifference(atMs, $"{what}, {old.Name}", old.Value.ToString(), null));
        }
    }

    private static string? Text(CallOutput? output) =>
        output is { } o ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{ReplayLog.Describe(o)} at {o.AtMs} ms") : null;
}
