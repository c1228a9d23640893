using Parley.Conversation.Providers;

namespace Parley.Conversation.Stt;

/// <summary>Turns a caller's speech into text. One instance serves all calls.</summary>
public interface ISpeechToText
{
    /// <summary>The provider's name, as stored with a call and used in configuration.</summary>
    string Name { get; }

    /// <summary>
    /// Opens one call's recognition. <paramref name="sink"/> may be called from any thread; it never blocks and never throws.
    /// </summary>
    ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink);
}

/// <summary>What a recogniser should know about the call.</summary>
/// <param name="Language">BCP 47 tag, such as <c>en-US</c>.</param>
/// <param name="Hints">Words the caller is likely to say: names of services, dishes, people.</param>
/// <param name="Providers">The tenant's choice of providers.</param>
/// <param name="Meter">Where use is counted.</param>
public sealed record SpeechToTextOptions(
    string Language, IReadOnlyList<string> Hints, ProviderChoice? Providers = null, CallMeter? Meter = null);

/// <summary>
/// One call's recognition. The loop writes the audio of an utterance (with a little from before its onset), asks for the text
/// whenever the caller pauses, and commits when the turn is over. Members never block and are called from the call's loop only.
/// </summary>
public interface ISpeechToTextStream : IAsyncDisposable
{
    /// <summary>The next linear 8 kHz samples of the utterance. The span is valid only during the call.</summary>
    void Write(ReadOnlySpan<short> samples);

    /// <summary>
    /// The caller paused: produce the text of all audio written since the last <see cref="Commit"/>. Answered by one final
    /// <see cref="TranscriptEvent"/> (or a failed one) with this <paramref name="request"/>; a newer request replaces an older one.
    /// </summary>
    void RequestFinal(int request);

    /// <summary>The turn was taken (or the noise dismissed): forget the audio so far.</summary>
    void Commit();
}

/// <summary>What a recogniser heard.</summary>
/// <param name="Text">The words since the last commit.</param>
/// <param name="IsFinal">False for an interim guess, which may still change.</param>
/// <param name="Request">The request that a final text answers; -1 for interim ones.</param>
/// <param name="Error">Why there is no text, when recognition failed.</param>
/// <param name="EndOfSpeech">The provider takes the caller to be done: evidence for the end of the turn, not the end itself.</param>
/// <param name="Failure">
/// With <paramref name="Error"/>: what kind of failure it is, where the provider knows. Without: the text is a guess in place of one that failed to come.
/// </param>
public readonly record struct TranscriptEvent(
    string Text, bool IsFinal, int Request, string? Error = null, bool EndOfSpeech = false, ProviderException? Failure = null);
