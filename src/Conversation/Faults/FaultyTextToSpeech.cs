using Parley.Conversation.Frames;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Faults;

/// <summary>A synthesiser whose speech comes with faults. The moments of the plan count from the beginning of each clause.</summary>
/// <param name="inner">The synthesiser.</param>
/// <param name="plan">The faults.</param>
/// <param name="clock">The clock.</param>
/// <param name="applies">Which clauses are spoken with faults; null: all.</param>
public sealed class FaultyTextToSpeech(ITextToSpeech inner, FaultPlan plan, TimeProvider clock, Func<SpeechRequest, bool>? applies = null) : ITextToSpeech
{
    private int clauses;

    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public IAsyncEnumerable<SpeechChunk> SynthesizeAsync(SpeechRequest request, CancellationToken cancellationToken)
    {
        var speech = inner.SynthesizeAsync(request, cancellationToken);
        return applies?.Invoke(request) == false
            ? speech
            : FaultyStream.Apply(speech, new FaultInjector(plan, clock, Interlocked.Increment(ref clauses)), new Items(), clock, cancellationToken);
    }

    private sealed class Items : IFaultItems<SpeechChunk>
    {
        public SpeechChunk Copy(SpeechChunk item) => item with { Audio = item.Audio is { } audio ? AudioFrame.Copy(audio.Format, audio.Bytes) : null };

        public SpeechChunk Damage(SpeechChunk item, FaultInjector faults)
        {
            if (item.Audio is { } audio)
                faults.Damage(audio.Bytes);
            return item;
        }

        public void Drop(SpeechChunk item) => item.Audio?.Dispose();
    }
}
