using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Llm;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Sts;

/// <summary>
/// A model that hears the caller and speaks itself: recogniser, agent and voice in one. One instance serves all calls.
/// </summary>
public interface ISpeechToSpeech
{
    /// <summary>The provider's name, as used in configuration.</summary>
    string Name { get; }

    /// <summary>
    /// Opens one call's session; returns at once, and what is given to the session before it is connected is sent then. <paramref name="sink"/> is
    /// called with one event after the other, from any thread; it never throws.
    /// </summary>
    ISpeechToSpeechSession Open(SpeechToSpeechOptions options, SpeechEventSink sink);
}

/// <summary>Takes an event, and the audio that comes with <see cref="SpeechEvent.AnswerAudio"/>, which is the sink's from then on.</summary>
public delegate ValueTask SpeechEventSink(SpeechEvent e, AudioFrame? audio);

/// <summary>What a session begins with.</summary>
public sealed record SpeechToSpeechOptions
{
    /// <summary>Rules and facts for the model.</summary>
    public required string Instructions { get; init; }

    /// <summary>BCP 47 tag of the language that callers speak.</summary>
    public required string Language { get; init; }

    /// <summary>Tools the model may ask for.</summary>
    public IReadOnlyList<ModelTool> Tools { get; init; } = [];

    /// <summary>The conversation so far.</summary>
    public IReadOnlyList<HistoryEntry> History { get; init; } = [];

    /// <summary>The tenant's wishes: model, voice.</summary>
    public ProviderChoice? Providers { get; init; }

    /// <summary>Where use is counted.</summary>
    public CallMeter? Meter { get; init; }
}

/// <summary>
/// One call's session. It decides itself when the caller's turn is over and answers unasked. Members never block and are called from the call's loop
/// only; all but <see cref="Hear"/> may allocate.
/// </summary>
public interface ISpeechToSpeechSession : IAsyncDisposable
{
    /// <summary>The next audio of the caller, mu-law at 8 kHz. The span is valid only during the call.</summary>
    void Hear(ReadOnlySpan<byte> muLaw);

    /// <summary>
    /// Answer now, once the answer that is being made (if any) is over. <paramref name="reply"/> comes back with
    /// <see cref="SpeechEvent.AnswerBegan"/>; <paramref name="told"/> is what happened on the call, null to go on.
    /// </summary>
    void Respond(int reply, string? told);

    /// <summary>What happened on the call, without an answer to it.</summary>
    void Tell(string happened);

    /// <summary>What came of a tool.</summary>
    void GiveResult(string callId, string result);

    /// <summary>Stop making this answer.</summary>
    void Cancel(string response);

    /// <summary>The caller heard so much of what was spoken and nothing behind it: the model forgets the rest.</summary>
    void Truncate(AnswerItem item, int heardMs);

    /// <summary>Give a sign of life, which comes as <see cref="SpeechEvent.Alive"/>.</summary>
    void Probe();
}

/// <summary>Something that a model says: a message of its answer. Compared by identity.</summary>
/// <param name="response">The answer it is part of.</param>
/// <param name="id">The provider's id of it.</param>
public sealed class AnswerItem(string response, string id)
{
    /// <summary>The answer it is part of.</summary>
    public string Response { get; } = response;

    /// <summary>The provider's id of it.</summary>
    public string Id { get; } = id;
}

/// <summary>What happens in a session. Milliseconds count the audio that the session was given, from its first sample on.</summary>
public abstract record SpeechEvent
{
    private SpeechEvent()
    {
    }

    /// <summary>The caller began to speak; what the model was saying it has broken off itself.</summary>
    public sealed record CallerBegan(int AudioMs) : SpeechEvent;

    /// <summary>The caller's turn is over; the model answers. The speech ended at <paramref name="AudioMs"/>, earlier than this was known.</summary>
    public sealed record CallerStopped(string Item, int AudioMs) : SpeechEvent;

    /// <summary>What the caller said, in words; may come after the answer has begun. Empty: no words were understood.</summary>
    public sealed record CallerSaid(string Item, string Text) : SpeechEvent;

    /// <summary>The model begins an answer: to <paramref name="Reply"/>, or to what the caller said.</summary>
    public sealed record AnswerBegan(string Response, int? Reply) : SpeechEvent;

    /// <summary>Words of what is spoken, before or after their audio.</summary>
    public sealed record AnswerText(AnswerItem Item, string Text) : SpeechEvent;

    /// <summary>Audio of what is spoken, mu-law at 8 kHz. One event serves all pieces of an item.</summary>
    public sealed record AnswerAudio(AnswerItem Item) : SpeechEvent;

    /// <summary>Nothing more comes of an answer.</summary>
    /// <param name="Response">Which.</param>
    /// <param name="Calls">Tools the model wants run before it goes on.</param>
    /// <param name="Failure">Why it broke off; null when it is whole, or was cancelled.</param>
    public sealed record AnswerDone(string Response, IReadOnlyList<ModelToolCall> Calls, ProviderException? Failure) : SpeechEvent;

    /// <summary>The session is there.</summary>
    public sealed record Alive : SpeechEvent;

    /// <summary>The session is over; nothing more comes.</summary>
    public sealed record Failed(ProviderException Failure) : SpeechEvent;
}
