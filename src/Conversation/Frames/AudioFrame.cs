using System.Buffers;
using System.Runtime.InteropServices;

namespace Parley.Conversation.Frames;

/// <summary>
/// A piece of mono audio in pooled memory. It crosses channels, so it has exactly one owner at any time, and the owner
/// disposes it once. Renting and disposing allocate nothing in steady state: both the bytes and the frame object are pooled.
/// </summary>
public sealed class AudioFrame : IDisposable
{
    private const int MostPooled = 4096;
    private static readonly System.Collections.Concurrent.ConcurrentQueue<AudioFrame> Pool = new();
    private static int pooled;

    private byte[]? buffer;
    private int length;

    private AudioFrame()
    {
    }

    /// <summary>Frames that wait to be rented again.</summary>
    internal static int Pooled => Volatile.Read(ref pooled);

    /// <summary>Coding and rate of the samples.</summary>
    public AudioFormat Format { get; private set; }

    /// <summary>When the frame began on the sender's media clock, in milliseconds since the stream started.</summary>
    public long TimestampMs { get; set; }

    /// <summary>When the frame came in, as a timestamp of the call's <see cref="TimeProvider"/>; 0 when that does not matter.</summary>
    public long ReceivedAt { get; set; }

    /// <summary>The audio's bytes, in <see cref="Format"/>.</summary>
    public Span<byte> Bytes => (buffer ?? throw new ObjectDisposedException(nameof(AudioFrame))).AsSpan(0, length);

    /// <summary>The samples, for <see cref="AudioEncoding.Pcm16"/>.</summary>
    public Span<short> Samples => Format.Encoding == AudioEncoding.Pcm16
        ? MemoryMarshal.Cast<byte, short>(Bytes)
        : throw new InvalidOperationException("A mu-law frame has no linear samples.");

    /// <summary>How long the frame plays.</summary>
    public TimeSpan Duration => Format.DurationOf(length);

    /// <summary>Takes a frame of <paramref name="bytes"/> bytes from the pool; its contents are undefined.</summary>
    public static AudioFrame Rent(AudioFormat format, int bytes)
    {
        if (Pool.TryDequeue(out var frame))
            Interlocked.Decrement(ref pooled);
        else
            frame = new AudioFrame();

        frame.buffer = ArrayPool<byte>.Shared.Rent(bytes);
        frame.length = bytes;
        frame.Format = format;
        frame.TimestampMs = 0;
        frame.ReceivedAt = 0;
        return frame;
    }

    /// <summary>A pooled copy of <paramref name="audio"/>.</summary>
    public static AudioFrame Copy(AudioFormat format, ReadOnlySpan<byte> audio)
    {
        var frame = Rent(format, audio.Length);
        audio.CopyTo(frame.Bytes);
        return frame;
    }

    /// <summary>A pooled copy of linear samples.</summary>
    public static AudioFrame Copy(int sampleRate, ReadOnlySpan<short> samples) =>
        Copy(new AudioFormat(AudioEncoding.Pcm16, sampleRate), MemoryMarshal.AsBytes(samples));

    /// <summary>Shortens the frame to its first <paramref name="bytes"/> bytes.</summary>
    public void Trim(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, length);
        length = bytes;
    }

    /// <summary>Returns the memory. Calling it twice is harmless, using the frame afterwards is not.</summary>
    public void Dispose()
    {
        var returned = Interlocked.Exchange(ref buffer, null);
        if (returned is null)
            return;

        ArrayPool<byte>.Shared.Return(returned);
        if (Interlocked.Increment(ref pooled) <= MostPooled)
            Pool.Enqueue(this);
        else
            Interlocked.Decrement(ref pooled);
    }
}
