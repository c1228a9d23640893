namespace Parley.Providers.Server.OpenAi.Realtime;

/// <summary>
/// Server VAD by loudness, on the clock of the audio itself: speech begins with 40 ms of loud sound and ends with the silence that the session is
/// configured with. Reported beginnings include the padding, reported ends the silence, as the API's reference says.
/// </summary>
internal sealed class RealtimeEar
{
    private const int BytesPerMs = 8;
    private const int OnsetMs = 40;

    private long bytes;
    private int loudMs;
    private int quietMs;

    public int PrefixMs { get; set; } = 300;

    public int SilenceMs { get; set; } = 500;

    /// <summary>Whether the caller speaks.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Milliseconds heard.</summary>
    public int Ms => (int)(bytes / BytesPerMs);

    /// <summary>Takes audio; true for a beginning, false for an end, each with its moment.</summary>
    public IEnumerable<(bool Begins, int AtMs)> Hear(byte[] muLaw)
    {
        for (var at = 0; at < muLaw.Length; at += BytesPerMs)
        {
            var isLoud = false;
            foreach (var code in muLaw.AsSpan(at, Math.Min(BytesPerMs, muLaw.Length - at)))
                isLoud |= IsLoud(code);
            bytes += Math.Min(BytesPerMs, muLaw.Length - at);
            loudMs = isLoud ? loudMs + 1 : 0;
            quietMs = isLoud ? 0 : quietMs + 1;
            if (!IsOpen && loudMs >= OnsetMs)
            {
                IsOpen = true;
                yield return (true, Math.Max(0, Ms - OnsetMs - PrefixMs));
            }
            else if (IsOpen && quietMs >= SilenceMs)
            {
                IsOpen = false;
                yield return (false, Ms);
            }
        }
    }

    // ITU-T G.711: codes are inverted, the three bits behind the sign are the segment; from the fifth on it is louder than -24 dB.
    private static bool IsLoud(byte code) => ((~code >> 4) & 7) >= 4;
}
