using System.Globalization;
using System.Text.Json;

namespace Parley.Persistence.Tests.Grounding;

/// <summary>How well true answers and made up ones are told apart, as it is kept in <c>baseline.json</c>.</summary>
/// <param name="True">True answers.</param>
/// <param name="TakenAway">Those that were replaced.</param>
/// <param name="MadeUp">Answers with something made up.</param>
/// <param name="Spoken">Those that were not replaced.</param>
internal sealed record AnswerFigures(int True, int TakenAway, int MadeUp, int Spoken)
{
    public static AnswerFigures Of(IReadOnlyCollection<AnswerResult> results) => new(
        results.Count(static r => r.Answer.IsTrue),
        results.Count(static r => r.Answer.IsTrue && r.IsWrong),
        results.Count(static r => !r.Answer.IsTrue),
        results.Count(static r => !r.Answer.IsTrue && r.IsWrong));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"true answers taken away {TakenAway}/{True}, made up ones spoken {Spoken}/{MadeUp}");
}

/// <summary>Figures for each part of the corpus.</summary>
internal sealed record AnswerReport(AnswerFigures Tuned, AnswerFigures HeldOut, AnswerFigures SecondHeldOut)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    private static string Baseline => Path.Combine(AnswerCorpus.Folder, "baseline.json");

    public static AnswerReport Of(IReadOnlyCollection<AnswerResult> results) => new(
        Of(results, CorpusPart.Tuned), Of(results, CorpusPart.HeldOut), Of(results, CorpusPart.SecondHeldOut));

    public static AnswerReport ReadBaseline() => JsonSerializer.Deserialize<AnswerReport>(File.ReadAllText(Baseline), Json).ShouldNotBeNull();

    public void WriteBaseline() => File.WriteAllText(Baseline, JsonSerializer.Serialize(this, Json) + "\n");

    /// <summary>What got worse, in words; the gate is deterministic, so every answer counts. Shares are compared, so that answers can be added.</summary>
    public List<string> Worse(AnswerReport than)
    {
        var worse = new List<string>();
        foreach (var (name, now, was) in new[] { ("tuned", Tuned, than.Tuned), ("held out", HeldOut, than.HeldOut), ("second held out", SecondHeldOut, than.SecondHeldOut) })
        {
            if (now.TakenAway * was.True > was.TakenAway * now.True)
                worse.Add($"{name}: true answers taken away {now.TakenAway}/{now.True}, was {was.TakenAway}/{was.True}");
            if (now.Spoken * was.MadeUp > was.Spoken * now.MadeUp)
                worse.Add($"{name}: made up answers spoken {now.Spoken}/{now.MadeUp}, was {was.Spoken}/{was.MadeUp}");
        }

        return worse;
    }

    private static AnswerFigures Of(IEnumerable<AnswerResult> results, CorpusPart part) => AnswerFigures.Of([.. results.Where(r => r.Part == part)]);
}
