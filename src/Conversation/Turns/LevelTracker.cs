namespace Parley.Conversation.Turns;

/// <summary>
/// Tells from the level of the caller's audio alone when speech stopped and whether sound has come back. A voice activity detector judges
/// windows of 32 ms in their context and so notices an end late: by 70 ms at the median over <c>tests/corpus/turns</c>, by 190 ms for one
/// turn in ten. The level knows at once; but it cannot tell speech from other sounds, so it only dates what the detector finds.
/// Belongs to one call; allocates nothing.
/// </summary>
/// <remarks>
/// Levels are RMS over blocks of 10 ms in dBFS. A block is loud when it is within <see cref="BelowPeak"/> of the speech's peak and
/// <see cref="AboveFloor"/> above the line's noise, but never has to come closer to the peak than <see cref="NearPeak"/>: in noise so
/// steady and high that speech does not stand out, nothing is quiet, and the detector decides alone.
/// </remarks>
internal sealed class LevelTracker
{
    /// <summary>Distance below the peak to which speech reaches (dB): final consonants are this much softer than vowels.</summary>
    public const float BelowPeak = 30;

    /// <summary>Distance above the noise floor (dB) at which a block is more than noise.</summary>
    public const float AboveFloor = 8;

    /// <summary>Whatever the noise, a block this close to the peak (dB) is loud.</summary>
    public const float NearPeak = 15;

    /// <summary>Nothing below is speech (dBFS).</summary>
    public const float Silence = -60;

    private const int BlockSamples = 80;
    private const int BlockMs = 10;

    // A softer speaker on the line, or the same one farther away, is followed within some seconds (3 dB a second).
    private const float PeakFallPerBlock = 0.03f;

    // The noise floor is the quietest block of the last 3 to 6 s: speech leaves gaps at least that often.
    private const int FloorBlocks = 300;

    // Gaps inside a sound that has just begun: a closure before a vowel.
    private const int LongestGapMs = 30;

    private float peak = Silence;
    private float quietest;         // of the stretch of FloorBlocks that is being heard
    private float quietestBefore;   // and of the one before
    private int stretch;
    private long squares;
    private int sum;
    private int filled;

    /// <summary>Time since the last loud block, in milliseconds; counts up to an hour.</summary>
    public int QuietMs { get; private set; }

    /// <summary>How long the sound has lasted that is heard now, in milliseconds; 0 in silence.</summary>
    public int SoundMs { get; private set; }

    /// <summary>Takes the next linear 8 kHz samples.</summary>
    public void Process(ReadOnlySpan<short> samples)
    {
        while (samples.Length > 0)
        {
            var block = samples[..Math.Min(samples.Length, BlockSamples - filled)];
            foreach (int sample in block)
            {
                sum += sample;
                squares += sample * sample;
            }

            samples = samples[block.Length..];
            filled += block.Length;
            if (filled == BlockSamples)
                EndBlock();
        }
    }

    /// <summary>Somebody begins to speak: what was loud before has nothing to do with their voice.</summary>
    public void ForgetPeak()
    {
        peak = Silence;
        QuietMs = 0;
    }

    private void EndBlock()
    {
        var mean = (double)sum / BlockSamples;
        var power = (((double)squares / BlockSamples) - (mean * mean)) / (32768.0 * 32768.0);
        var level = power <= 1e-9 ? -90f : (float)(10 * Math.Log10(power));
        (sum, squares, filled) = (0, 0, 0);

        peak = Math.Max(Math.Max(level, Silence), peak - PeakFallPerBlock);
        var floor = Floor(level);
        var threshold = Math.Max(Silence, Math.Min(peak - NearPeak, Math.Max(peak - BelowPeak, floor + AboveFloor)));
        if (level >= threshold)
        {
            SoundMs = QuietMs > LongestGapMs ? BlockMs : SoundMs + QuietMs + BlockMs;
            QuietMs = 0;
        }
        else if (peak > Silence)
        {
            // Only a sound that was heard can have stopped: speech too soft for this is left to the detector.
            QuietMs = Math.Min(QuietMs + BlockMs, 3_600_000);
            if (QuietMs > LongestGapMs)
                SoundMs = 0;
        }
    }

    private float Floor(float level)
    {
        quietest = Math.Min(quietest, level);
        var floor = Math.Min(quietest, quietestBefore);
        if (++stretch == FloorBlocks)
            (quietestBefore, quietest, stretch) = (quietest, 0, 0);
        return floor;
    }
}
