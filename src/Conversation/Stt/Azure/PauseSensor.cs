namespace Parley.Conversation.Stt.Azure;

/// <summary>
/// Tells whether the audio just written is a pause, by its level between the quietest and the loudest of the utterance. It only chooses how the service is
/// asked for a text: a wrong answer costs time, not words.
/// </summary>
internal sealed class PauseSensor
{
    private const int BlockSamples = 160;
    private const int PauseBlocks = 4;

    // Power of a level of 8: digital silence must not make every noise loud.
    private const double LeastPower = 64;

    // A loudest block less than 10 dB over the quietest is no speech over noise that could be told apart.
    private const double LeastSpan = 10;

    private readonly double[] recent = new double[PauseBlocks];
    private double quietest = double.MaxValue;
    private double loudest;
    private double sum;
    private int count;
    private int blocks;

    /// <summary>Whether the last 80 ms are a pause.</summary>
    public bool IsPause => blocks == 0 || recent.Max() < Threshold || loudest < LeastSpan * Math.Max(quietest, LeastPower);

    /// <summary>Whether the last 20 ms sound.</summary>
    public bool IsSound { get; private set; }

    private double Threshold => Math.Sqrt(Math.Max(quietest, LeastPower) * Math.Max(loudest, LeastPower));

    public void Process(ReadOnlySpan<short> samples)
    {
        foreach (var sample in samples)
        {
            sum += (double)sample * sample;
            if (++count < BlockSamples)
                continue;

            var power = sum / BlockSamples;
            recent[blocks++ % PauseBlocks] = power;
            quietest = Math.Min(quietest, power);
            loudest = Math.Max(loudest, power);
            IsSound = power >= Threshold && loudest >= LeastSpan * Math.Max(quietest, LeastPower);
            sum = count = 0;
        }
    }

    /// <summary>A new utterance; the level of the line's noise stays known.</summary>
    public void Reset()
    {
        loudest = 0;
        blocks = 0;
        IsSound = false;
        Array.Clear(recent);
    }
}
