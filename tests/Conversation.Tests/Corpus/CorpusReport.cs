using System.Text;
using System.Text.Json;

namespace Parley.Conversation.Tests.Corpus;

/// <summary>A strategy's figures, and the recordings it cut off, as they are kept in <c>baseline.json</c>.</summary>
internal sealed record StrategyReport(CorpusFigures Overall, SortedDictionary<string, CorpusFigures> Categories, List<string> CutOff)
{
    public static StrategyReport Of(IReadOnlyCollection<CorpusResult> results) => new(
        CorpusFigures.Of(results),
        new SortedDictionary<string, CorpusFigures>(
            results.GroupBy(result => result.Recording.Category).ToDictionary(group => group.Key, group => CorpusFigures.Of([.. group])),
            StringComparer.Ordinal),
        [.. results.Where(result => result.IsCutOff).Select(result => result.Recording.File).Order(StringComparer.Ordinal)]);
}

/// <summary>The corpus under the strategy calls use and under a fixed silence.</summary>
internal sealed record CorpusReport(StrategyReport Adaptive, StrategyReport Fixed700Ms)
{
    /// <summary>A processor with other vector instructions may make the models hear a word differently; that moves a recording or two.</summary>
    private const int ToleratedCutOffs = 2;
    private const int ToleratedMedianMs = 20;
    private const int ToleratedP90Ms = 60;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    private static string BaselinePath => Path.Combine(TurnRecording.Folder, "baseline.json");

    public static CorpusReport ReadBaseline() => JsonSerializer.Deserialize<CorpusReport>(File.ReadAllText(BaselinePath), Json).ShouldNotBeNull();

    public void WriteBaseline() => File.WriteAllText(BaselinePath, JsonSerializer.Serialize(this, Json) + "\n");

    /// <summary>What got worse, in words; empty when nothing did.</summary>
    public static List<string> Worse(StrategyReport now, StrategyReport baseline)
    {
        var worse = new List<string>();
        var (is_, was) = (now.Overall, baseline.Overall);
        if (is_.FalseCutOffs > was.FalseCutOffs + ToleratedCutOffs)
            worse.Add($"false cut-offs: {is_.FalseCutOffs}, were {was.FalseCutOffs}; new: {string.Join(", ", now.CutOff.Except(baseline.CutOff))}");
        if (is_.LateOrMissing > was.LateOrMissing)
            worse.Add($"late or missing ends: {is_.LateOrMissing}, were {was.LateOrMissing}");
        if (is_.MedianMs > was.MedianMs + ToleratedMedianMs)
            worse.Add($"median delay: {is_.MedianMs} ms, was {was.MedianMs} ms; {Slower(now, baseline)}");
        if (is_.P90Ms > was.P90Ms + ToleratedP90Ms)
            worse.Add($"p90 delay: {is_.P90Ms} ms, was {was.P90Ms} ms; {Slower(now, baseline)}");
        return worse;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, strategy) in new[] { ("adaptive", Adaptive), ("fixed 700 ms", Fixed700Ms) })
        {
            text.AppendLine().AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{name,-14}{strategy.Overall}");
            foreach (var (category, figures) in strategy.Categories)
                text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"  {category,-12}{figures}");
        }

        return text.ToString();
    }

    private static string Slower(StrategyReport now, StrategyReport baseline) => "slower: " + string.Join(", ", now.Categories
        .Where(category => category.Value.MedianMs > baseline.Categories.GetValueOrDefault(category.Key)?.MedianMs)
        .Select(category => $"{category.Key} {category.Value.MedianMs} (was {baseline.Categories[category.Key].MedianMs})"));
}
