namespace Parley.Conversation.Audio;

/// <summary>Linear audio read from a WAV file.</summary>
/// <param name="SampleRate">Samples a second in each channel (Hz).</param>
/// <param name="Channels">Number of channels, at least one.</param>
/// <param name="Samples">Signed 16-bit samples, the channels interleaved.</param>
public sealed record WavAudio(int SampleRate, int Channels, ReadOnlyMemory<short> Samples)
{
    /// <summary>How long it plays.</summary>
    public TimeSpan Duration => TimeSpan.FromTicks(Samples.Length / Channels * TimeSpan.TicksPerSecond / SampleRate);

    /// <summary>A copy of one channel; the first is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    public short[] Channel(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Channels);
        var interleaved = Samples.Span;
        var channel = new short[interleaved.Length / Channels];
        for (var i = 0; i < channel.Length; i++)
        {
            channel[i] = interleaved[(i * Channels) + index];
        }

        return channel;
    }
}
