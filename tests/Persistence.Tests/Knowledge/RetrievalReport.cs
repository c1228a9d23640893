using System.Globalization;
using System.Text.Json;

namespace Parley.Persistence.Tests.Knowledge;

/// <summary>How well questions are answered, as it is kept in <c>baseline.json</c>.</summary>
/// <param name="Answerable">Questions that have an answer.</param>
/// <param name="RecalledAt3">Those with a right passage among the first three.</param>
/// <param name="First">Those with a right passage first.</param>
/// <param name="ConfidentAndRight">Those with a confident answer and a right passage among the first three.</param>
/// <param name="ConfidentAndWrong">Those with a confident answer without one.</param>
/// <param name="Unanswerable">Questions without an answer.</param>
/// <param name="ConfidentOnUnanswerable">Those that were confidently answered all the same.</param>
internal sealed record RetrievalFigures(
    int Answerable, int RecalledAt3, int First, int ConfidentAndRight, int ConfidentAndWrong, int Unanswerable, int ConfidentOnUnanswerable)
{
    public double RecallAt3 => Answerable == 0 ? 1 : (double)RecalledAt3 / Answerable;

    public double FalseConfidence => Unanswerable == 0 ? 0 : (double)ConfidentOnUnanswerable / Unanswerable;

    public static RetrievalFigures Of(IReadOnlyCollection<CorpusResult> results) => new(
        results.Count(r => !r.IsUnanswerable),
        results.Count(r => r.IsRecalled),
        results.Count(r => r.Rank == 1),
        results.Count(r => r is { IsRecalled: true, IsConfident: true }),
        results.Count(r => r is { IsUnanswerable: false, IsRecalled: false, IsConfident: true }),
        results.Count(r => r.IsUnanswerable),
        results.Count(r => r is { IsUnanswerable: true, IsConfident: true }));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"recall@3 {RecallAt3:P1} ({RecalledAt3}/{Answerable}), first {First}, confident and right {ConfidentAndRight}, confident and wrong {ConfidentAndWrong}, "
        + $"confident on unanswerable {FalseConfidence:P1} ({ConfidentOnUnanswerable}/{Unanswerable})");
}

/// <summary>Figures for what was tuned on, for what was held out, and by kind.</summary>
internal sealed record RetrievalReport(RetrievalFigures Tuned, RetrievalFigures HeldOut, SortedDictionary<string, RetrievalFigures> Kinds)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    private static string Baseline => Path.Combine(RetrievalCorpus.Folder, "baseline.json");

    public static RetrievalReport Of(IReadOnlyCollection<CorpusResult> results) => new(
        RetrievalFigures.Of([.. results.Where(r => !r.Question.HeldOut)]),
        RetrievalFigures.Of([.. results.Where(r => r.Question.HeldOut)]),
        new SortedDictionary<string, RetrievalFigures>(
            results.GroupBy(r => r.Question.Kind).ToDictionary(g => g.Key, g => RetrievalFigures.Of([.. g])), StringComparer.Ordinal));

    public static RetrievalReport ReadBaseline() => JsonSerializer.Deserialize<RetrievalReport>(File.ReadAllText(Baseline), Json).ShouldNotBeNull();

    public void WriteBaseline() => File.WriteAllText(Baseline, JsonSerializer.Serialize(this, Json) + "\n");

    /// <summary>What got worse, in words; the search is deterministic, so every question counts.</summary>
    public List<string> Worse(RetrievalReport than)
    {
        var worse = new List<string>();
        foreach (var (name, now, was) in new[] { ("tuned", Tuned, than.Tuned), ("held out", HeldOut, than.HeldOut) })
        {
            if (now.RecallAt3 < was.RecallAt3)
                worse.Add($"{name}: recall@3 {now.RecalledAt3}/{now.Answerable}, was {was.RecalledAt3}/{was.Answerable}");
            if (now.FalseConfidence > was.FalseConfidence)
                worse.Add($"{name}: confident on unanswerable {now.ConfidentOnUnanswerable}/{now.Unanswerable}, was {was.ConfidentOnUnanswerable}/{was.Unanswerable}");
            if (now.ConfidentAndRight * was.Answerable < was.ConfidentAndRight * now.Answerable)
                worse.Add($"{name}: confident and right {now.ConfidentAndRight}/{now.Answerable}, was {was.ConfidentAndRight}/{was.Answerable}");
            if (now.ConfidentAndWrong * was.Answerable > was.ConfidentAndWrong * now.Answerable)
                worse.Add($"{name}: confident and wrong {now.ConfidentAndWrong}/{now.Answerable}, was {was.ConfidentAndWrong}/{was.Answerable}");
        }

        return worse;
    }

    public override string ToString()
    {
        var lines = new[] { "", $"tuned         {Tuned}", $"held out      {HeldOut}" }.Concat(Kinds.Select(k => $"{k.Key,-14}{k.Value}"));
        return string.Join('\n', lines);
    }
}
