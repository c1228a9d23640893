namespace Parley.Calling;

/// <summary>
/// Measures how long the agent takes to answer: from the caller's last sound sent to the agent's first sound, received and played. What
/// is still played of the agent's speech when the caller interrupts is not an answer: it counts only what came after the last clear.
/// </summary>
public sealed class LatencyMeter : ICallObserver
{
    private readonly List<TurnLatency> turns = [];
    private Waiting waiting;

    /// <summary>An answer arrived and began to play; told once a turn.</summary>
    public event Action<TurnLatency>? Answered;

    /// <summary>The measured turns, in order; the first is the greeting, counted from the stream's start.</summary>
    public IReadOnlyList<TurnLatency> Turns => turns;

    /// <summary>Waits for the answer to what <paramref name="asked"/> says, from its last sound on; null for the greeting.</summary>
    public void Expect(SpokenStep? asked) => waiting = new Waiting(asked, true, null);

    /// <inheritdoc/>
    public void OnAgentAudio(long nowMs, ReadOnlyMemory<byte> muLaw)
    {
        if (waiting is { Open: true, ReceivedMs: null } && Since is { } && SpeechLevel.IsSound(muLaw.Span))
            waiting = waiting with { ReceivedMs = nowMs };
    }

    /// <inheritdoc/>
    public void OnClear(long nowMs, long droppedBytes) => waiting = waiting with { ReceivedMs = null };

    /// <inheritdoc/>
    public void OnFrame(long nowMs, ReadOnlyMemory<byte> caller, ReadOnlyMemory<byte> heard)
    {
        if (waiting is not { Open: true, ReceivedMs: { } received } || Since is not { } since || !SpeechLevel.IsSound(heard.Span))
            return;

        waiting = waiting with { Open = false };
        var turn = new TurnLatency(waiting.Asked?.Step.Text, (int)(received - since), (int)(nowMs - since));
        turns.Add(turn);
        Answered?.Invoke(turn);
    }

    private long? Since => waiting.Asked is { } asked ? asked.EndMs : 0;

    private readonly record struct Waiting(SpokenStep? Asked, bool Open, long? ReceivedMs);
}

/// <summary>How long an answer took.</summary>
/// <param name="Caller">What the caller had said; null for the greeting.</param>
/// <param name="ReceivedMs">Until the first sound of the answer was received.</param>
/// <param name="PlayedMs">Until it was heard.</param>
public sealed record TurnLatency(string? Caller, int ReceivedMs, int PlayedMs);
