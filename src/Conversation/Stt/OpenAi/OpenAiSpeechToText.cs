using Parley.Conversation.Providers;
using Parley.Conversation.Providers.OpenAi;

namespace Parley.Conversation.Stt.OpenAi;

/// <summary>Recognition by OpenAI's transcription: an utterance is sent whole when the caller pauses, and its text streamed back.</summary>
internal sealed class OpenAiSpeechToText(OpenAiConnection connection) : ISpeechToText, IPrewarmed
{
    /// <inheritdoc/>
    public string Name => connection.Name;

    /// <inheritdoc/>
    public Task PrewarmAsync(ExpectedCall call, CancellationToken cancellationToken) => connection.PrewarmAsync(cancellationToken);

    /// <inheritdoc/>
    public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink) =>
        new OpenAiTranscriptionStream(new TranscriptionRequests(connection, options), sink);
}
