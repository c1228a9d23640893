using Parley.Conversation.Audio;

namespace Parley.Calling;

/// <summary>Something the caller says, cut into 20 ms frames of mu-law.</summary>
public sealed class Utterance
{
    /// <summary>Bytes of a frame: 20 ms at 8 kHz.</summary>
    public const int FrameBytes = 160;

    private readonly byte[] muLaw;

    /// <summary>An utterance of mu-law audio; the last frame is filled up with silence.</summary>
    public Utterance(ReadOnlySpan<byte> audio)
    {
        muLaw = new byte[(audio.Length + FrameBytes - 1) / FrameBytes * FrameBytes];
        muLaw.AsSpan().Fill(MuLaw.Silence);
        audio.CopyTo(muLaw);
        LastSoundFrame = Frames - 1;
        while (LastSoundFrame > 0 && !SpeechLevel.IsSound(Frame(LastSoundFrame)))
            LastSoundFrame--;
    }

    /// <summary>How many frames it has.</summary>
    public int Frames => muLaw.Length / FrameBytes;

    /// <summary>The last frame that holds speech; a recording usually ends in some silence.</summary>
    public int LastSoundFrame { get; }

    /// <summary>One frame.</summary>
    public ReadOnlySpan<byte> Frame(int index) => muLaw.AsSpan(index * FrameBytes, FrameBytes);

    /// <summary>Reads a WAV file of 8 kHz, mono.</summary>
    /// <exception cref="CallScriptException">The file is missing, is no WAV file, or is of another format.</exception>
    public static Utterance Load(string path)
    {
        WavAudio wav;
        try
        {
            using var stream = File.OpenRead(path);
            wav = WavFile.Read(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException)
        {
            throw new CallScriptException($"cannot read {path}: {e.Message}", e);
        }

        if (wav is not { SampleRate: 8000, Channels: 1 })
            throw new CallScriptException($"{path} is {wav.SampleRate} Hz with {wav.Channels} channel(s); a caller speaks 8000 Hz, mono");
        if (wav.Samples.IsEmpty)
            throw new CallScriptException($"{path} holds no audio");

        var bytes = new byte[wav.Samples.Length];
        MuLaw.Encode(wav.Samples.Span, bytes);
        return new Utterance(bytes);
    }
}
