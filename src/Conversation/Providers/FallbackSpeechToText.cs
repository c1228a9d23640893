using Parley.Conversation.Stt;

namespace Parley.Conversation.Providers;

/// <summary>The recognisers of a chain as one; see <see cref="FallbackRecognition"/>.</summary>
internal sealed class FallbackSpeechToText(ProviderChain<ISpeechToText> chain) : ISpeechToText
{
    /// <inheritdoc/>
    public string Name => chain.Name;

    /// <inheritdoc/>
    public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(sink);
        return new FallbackRecognition(chain, options, sink);
    }
}
