using Parley.Conversation.Audio;

namespace Parley.Conversation.Tts.Azure;

/// <summary>
/// Cuts the silence before the first sound of a clause (100 ms and more with neural voices), which the caller would wait for, down to 20 ms. From
/// the first sound on the bytes pass untouched.
/// </summary>
internal sealed class LeadInTrimmer
{
    private const int KeptBytes = 160;

    // About -50 dBFS, as for other synthesisers.
    private const int SilenceLevel = 100;

    private readonly byte[] kept = new byte[KeptBytes];
    private int keptCount;
    private bool started;

    /// <summary>What of the chunk is to be played, with the kept lead-in copied before it; empty while nothing sounds.</summary>
    public ReadOnlySpan<byte> Take(ReadOnlySpan<byte> chunk, out ReadOnlySpan<byte> leadIn)
    {
        leadIn = [];
        if (started)
            return chunk;

        var first = 0;
        while (first < chunk.Length && Math.Abs((int)MuLaw.Decode(chunk[first])) <= SilenceLevel)
            first++;

        if (first == chunk.Length)
        {
            Keep(chunk);
            return [];
        }

        started = true;
        Keep(chunk[..first]);
        leadIn = kept.AsSpan(0, keptCount);
        return chunk[first..];
    }

    private void Keep(ReadOnlySpan<byte> silence)
    {
        if (silence.Length > KeptBytes)
            silence = silence[^KeptBytes..];
        var stay = Math.Min(keptCount, KeptBytes - silence.Length);
        kept.AsSpan(keptCount - stay, stay).CopyTo(kept);
        silence.CopyTo(kept.AsSpan(stay));
        keptCount = stay + silence.Length;
    }
}
