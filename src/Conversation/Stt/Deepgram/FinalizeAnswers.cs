namespace Parley.Conversation.Stt.Deepgram;

/// <summary>
/// Which <c>Finalize</c> a result answers. Answers carry no number and may be left out, so the position nearest to a result's end is taken
/// to be meant, and everything asked before it to be answered too.
/// </summary>
internal sealed class FinalizeAnswers
{
    private readonly List<long> positions = [];

    /// <summary>A <c>Finalize</c> was sent behind the audio up to <paramref name="position"/>.</summary>
    public void Sent(long position) => positions.Add(position);

    /// <summary>A result came that ends at <paramref name="end"/>; true when it answers the newest question.</summary>
    public bool Answered(long end)
    {
        if (positions.Count == 0)
            return false;

        var nearest = 0;
        for (var i = 1; i < positions.Count; i++)
        {
            if (Math.Abs(positions[i] - end) <= Math.Abs(positions[nearest] - end))
                nearest = i;
        }

        positions.RemoveRange(0, nearest + 1);
        return positions.Count == 0;
    }

    /// <summary>The connection is another one.</summary>
    public void Clear() => positions.Clear();
}
