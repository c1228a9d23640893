using Parley.Conversation.Audio;
using Parley.Conversation.Frames;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Tts.ElevenLabs;

/// <summary>Cuts audio that comes in pieces of any size into whole frames of 20 ms.</summary>
internal sealed class FrameSlicer
{
    private const int FrameBytes = 160;

    // Nobody wants to hear two minutes in one clause.
    private const int MostBytes = 2 * 60 * 8000;

    private readonly byte[] rest = new byte[FrameBytes];
    private int restLength;
    private long total;

    /// <summary>Audio so far, in ms.</summary>
    public double TotalMs => total / 8.0;

    /// <summary>Whether any audio came.</summary>
    public bool HasAudio => total > 0;

    /// <summary>Takes a piece; gives as many whole frames as there are, in one, or null.</summary>
    public AudioFrame? Add(ReadOnlySpan<byte> piece)
    {
        total += piece.Length;
        if (total > MostBytes)
            throw ElevenLabsErrors.Error(ProviderErrorKind.TooLarge, "a clause is longer than two minutes of audio");

        var whole = (restLength + piece.Length) / FrameBytes * FrameBytes;
        if (whole == 0)
        {
            piece.CopyTo(rest.AsSpan(restLength));
            restLength += piece.Length;
            return null;
        }

        var frame = AudioFrame.Rent(AudioFormat.Telephone, whole);
        rest.AsSpan(0, restLength).CopyTo(frame.Bytes);
        var taken = whole - restLength;
        piece[..taken].CopyTo(frame.Bytes[restLength..]);
        piece[taken..].CopyTo(rest);
        restLength = piece.Length - taken;
        return frame;
    }

    /// <summary>The last frame, filled up with silence; null when nothing is left.</summary>
    public AudioFrame? Flush()
    {
        if (restLength == 0)
            return null;
        var frame = AudioFrame.Rent(AudioFormat.Telephone, FrameBytes);
        rest.AsSpan(0, restLength).CopyTo(frame.Bytes);
        frame.Bytes[restLength..].Fill(MuLaw.Silence);
        restLength = 0;
        return frame;
    }
}
