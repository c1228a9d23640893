using Parley.Conversation.Audio;

namespace Parley.Calling;

/// <summary>Tells sound from silence in mu-law audio.</summary>
public static class SpeechLevel
{
    /// <summary>Mean magnitude (of 32,768) from which a stretch counts as sound: about -46 dBFS, above comfort noise, below speech.</summary>
    public const int Threshold = 160;

    /// <summary>Whether any 20 ms of <paramref name="muLaw"/> (160 bytes; a shorter rest counts as one) are louder than silence.</summary>
    public static bool IsSound(ReadOnlySpan<byte> muLaw)
    {
        while (!muLaw.IsEmpty)
        {
            var part = muLaw[..Math.Min(muLaw.Length, 160)];
            var sum = 0;
            foreach (var sample in part)
                sum += Math.Abs((int)MuLaw.Decode(sample));
            if (sum >= Threshold * part.Length)
                return true;
            muLaw = muLaw[part.Length..];
        }

        return false;
    }
}
