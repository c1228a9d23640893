using System.Text.Json.Serialization;

namespace Parley.Conversation.Tests.Corpus;

/// <summary>What became of one recording under one strategy.</summary>
/// <param name="Recording">The recording.</param>
/// <param name="Turns">The turns declared in it.</param>
internal sealed record CorpusResult(TurnRecording Recording, List<DeclaredTurn> Turns)
{
    /// <summary>A longer delay is late: the strategy's own ceiling is 2,000 ms of silence.</summary>
    public const int LateMs = 2100;

    /// <summary>The 300 ms after which a turn stands, less what it takes to notice that the caller goes on.</summary>
    public const int GraceMs = 200;

    /// <summary>A turn was declared over while its caller was not finished.</summary>
    public bool IsCutOff => Turns.Exists(turn => turn.AtMs < Recording.EndMs);

    /// <summary>
    /// A cut-off that matters: the caller goes on only after <see cref="GraceMs"/>. For one who goes on sooner the call takes the turn back: the
    /// agent has been heard for less than 300 ms by the time it notices, falls silent, and both parts become one turn.
    /// </summary>
    public bool IsHeardCutOff => Turns.Exists(turn => turn.AtMs < Recording.EndMs
        && Recording.Pauses.Exists(pause => turn.AtMs >= pause.StartMs && pause.EndMs - turn.AtMs > GraceMs));

    /// <summary>From the true end to the declared one; null when no end was declared.</summary>
    public int? DelayMs => Turns.Find(turn => turn.AtMs >= Recording.EndMs) is { } turn ? turn.AtMs - Recording.EndMs : null;

    public bool IsLate => DelayMs is null or > LateMs;
}

/// <summary>How well a strategy found the ends of turns. Delays are those of the turns that were not cut off.</summary>
internal sealed record CorpusFigures
{
    public int Recordings { get; init; }

    public int FalseCutOffs { get; init; }

    public int HeardCutOffs { get; init; }

    public int LateOrMissing { get; init; }

    [JsonPropertyName("delay_p50_ms")]
    public int MedianMs { get; init; }

    [JsonPropertyName("delay_p90_ms")]
    public int P90Ms { get; init; }

    [JsonPropertyName("delay_p95_ms")]
    public int P95Ms { get; init; }

    [JsonPropertyName("delay_max_ms")]
    public int MaxMs { get; init; }

    public static CorpusFigures Of(IReadOnlyCollection<CorpusResult> results)
    {
        int[] delays = [.. results.Where(result => !result.IsCutOff && result.DelayMs is not null).Select(result => result.DelayMs!.Value).Order()];
        return new CorpusFigures
        {
            Recordings = results.Count,
            FalseCutOffs = results.Count(result => result.IsCutOff),
            HeardCutOffs = results.Count(result => result.IsHeardCutOff),
            LateOrMissing = results.Count(result => result.IsLate),
            MedianMs = Percentile(delays, 50),
            P90Ms = Percentile(delays, 90),
            P95Ms = Percentile(delays, 95),
            MaxMs = Percentile(delays, 100),
        };
    }

    public override string ToString() =>
        $"{Recordings,4} turns {FalseCutOffs,4} cut off ({100.0 * FalseCutOffs / Math.Max(1, Recordings),4:0.0} %, {HeardCutOffs,2} heard) {LateOrMissing,3} late or missing   "
        + $"delay p50 {MedianMs,5}  p90 {P90Ms,5}  p95 {P95Ms,5}  max {MaxMs,5} ms";

    /// <summary>Nearest rank: a value that was measured.</summary>
    private static int Percentile(int[] sorted, int percent) =>
        sorted.Length == 0 ? 0 : sorted[Math.Max(0, ((sorted.Length * percent) + 99) / 100 - 1)];
}
