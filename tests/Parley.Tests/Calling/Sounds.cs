using Parley.Calling;
using Parley.Conversation.Audio;

namespace Parley.Tests.Calling;

/// <summary>Tones and silence in mu-law.</summary>
internal static class Sounds
{
    public static byte[] Tone(int ms)
    {
        var samples = new short[ms * 8];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (short)(8000 * Math.Sin(2 * Math.PI * 400 * i / 8000));
        var muLaw = new byte[samples.Length];
        MuLaw.Encode(samples, muLaw);
        return muLaw;
    }

    public static byte[] Silence(int ms) => [.. Enumerable.Repeat(MuLaw.Silence, ms * 8)];

    public static Utterance Speech(int ms, int silenceAfterMs = 0) => new([.. Tone(ms), .. Silence(silenceAfterMs)]);
}
