using Parley.Conversation.Frames;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Tts;

/// <summary>Turns text into a voice. One instance serves all calls.</summary>
public interface ITextToSpeech
{
    /// <summary>The provider's name, as stored with a call and used in configuration.</summary>
    string Name { get; }

    /// <summary>
    /// Speaks one clause. Chunks come as soon as they are made; the consumer disposes each chunk's audio. Cancelling stops the
    /// synthesis at the next chunk.
    /// </summary>
    IAsyncEnumerable<SpeechChunk> SynthesizeAsync(SpeechRequest request, CancellationToken cancellationToken);
}

/// <summary>A clause to speak.</summary>
/// <param name="Text">Plain text, one clause or sentence.</param>
/// <param name="Voice">A voice of the provider, or null for its default.</param>
/// <param name="Language">BCP 47 tag, such as <c>en-US</c>.</param>
/// <param name="IsFixed">The text is the same in many calls and tells nothing about a caller: it may be kept (see <see cref="PhraseCache"/>).</param>
/// <param name="Providers">The tenant's choice of providers.</param>
/// <param name="Meter">Where use is counted.</param>
public readonly record struct SpeechRequest(
    string Text, string? Voice, string Language, bool IsFixed = false, ProviderChoice? Providers = null, CallMeter? Meter = null);

/// <summary>A piece of synthesised speech: audio, word timings, or both.</summary>
/// <param name="Audio">Audio in the provider's own format; the consumer owns it.</param>
/// <param name="Words">When the words of the clause end, where the provider knows; given at most once a clause, before or with the
/// first audio.</param>
public readonly record struct SpeechChunk(AudioFrame? Audio, IReadOnlyList<WordTiming>? Words = null);

/// <summary>When a word of a clause is over.</summary>
/// <param name="EndChar">Index in the clause's text just behind the word.</param>
/// <param name="EndMs">Milliseconds from the clause's first sample to the end of the word.</param>
public readonly record struct WordTiming(int EndChar, int EndMs);
