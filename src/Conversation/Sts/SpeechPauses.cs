using Parley.Conversation.Audio;

namespace Parley.Conversation.Sts;

/// <summary>Pauses in speech: where a sentence is over in sound whose words have no times.</summary>
internal static class SpeechPauses
{
    private const int BytesPerMs = 8;
    private const int WindowBytes = 10 * BytesPerMs;
    private const int LeastWindows = 6;

    // 16-bit samples; a voice made by a model has no noise behind it.
    private const int QuietPeak = 250;

    /// <summary>The middle of the longest pause of 60 ms and more that begins between two positions; null when there is none.</summary>
    /// <param name="muLaw">The sound.</param>
    /// <param name="from">First position, in bytes.</param>
    /// <param name="to">Last position, in bytes.</param>
    public static int? Longest(ReadOnlySpan<byte> muLaw, int from, int to)
    {
        var (best, bestWindows, windows) = (-1, LeastWindows - 1, 0);
        for (var at = from; at + WindowBytes <= muLaw.Length && (at <= to || windows > 0); at += WindowBytes)
        {
            windows = IsQuiet(muLaw.Slice(at, WindowBytes)) ? windows + 1 : 0;
            if (windows > bestWindows)
                (best, bestWindows) = (at + WindowBytes - windows * WindowBytes / 2, windows);
        }

        return best < 0 ? null : best;
    }

    private static bool IsQuiet(ReadOnlySpan<byte> muLaw)
    {
        foreach (var code in muLaw)
        {
            if (Math.Abs((int)MuLaw.Decode(code)) > QuietPeak)
                return false;
        }

        return true;
    }
}
