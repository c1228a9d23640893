using Parley.Conversation.Providers;

namespace Parley.Conversation.Stt.Deepgram;

/// <summary>
/// Counts the audio of one connection into the call's meter, a second at a time, so that a call that is cut off is billed as well. What
/// Deepgram itself reports at the end corrects it.
/// </summary>
internal sealed class AudioBill(CallMeter? meter, string model)
{
    private const int SamplesPerMs = 8;
    private const int BilledAtOnce = 8000;

    private long sent;
    private long billedMs;

    /// <summary>Audio was sent.</summary>
    public void Add(int samples)
    {
        sent += samples;
        if (sent / SamplesPerMs - billedMs >= BilledAtOnce / SamplesPerMs)
            BillUpTo(sent / SamplesPerMs);
    }

    /// <summary>Deepgram says how much it took.</summary>
    public void Reported(long samples) => BillUpTo(samples / SamplesPerMs);

    /// <summary>The connection is over.</summary>
    public void Close() => BillUpTo(sent / SamplesPerMs);

    private void BillUpTo(long ms)
    {
        if (ms <= billedMs)
            return;
        meter?.Add(Capability.Recognise, DeepgramSpeechToText.ProviderName, model, UsageUnit.AudioMs, ms - billedMs);
        billedMs = ms;
    }
}
