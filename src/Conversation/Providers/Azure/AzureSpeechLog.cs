using Microsoft.Extensions.Logging;

namespace Parley.Conversation.Providers.Azure;

/// <summary>What Azure Speech logs: kinds and codes, never a key and never what was said.</summary>
internal static partial class AzureSpeechLog
{
    [LoggerMessage(1401, LogLevel.Warning, "Azure Speech recognition {ConnectionId}: connection lost ({Kind}: {Reason}); attempt {Attempt} follows")]
    public static partial void Reconnecting(ILogger logger, string connectionId, ProviderErrorKind kind, string reason, int attempt);

    [LoggerMessage(1402, LogLevel.Error, "Azure Speech recognition {ConnectionId} is given up ({Kind}): {Reason}")]
    public static partial void RecognitionGivenUp(ILogger logger, string connectionId, ProviderErrorKind kind, string reason);

    [LoggerMessage(1403, LogLevel.Warning, "Azure Speech recognition {ConnectionId}: {LostMs} ms of audio were older than what is kept, and are lost")]
    public static partial void AudioLost(ILogger logger, string connectionId, long lostMs);

    [LoggerMessage(1404, LogLevel.Debug, "Azure Speech recognition {ConnectionId}: no phrase in time, the best guess is the answer")]
    public static partial void BestGuess(ILogger logger, string connectionId);

    [LoggerMessage(1405, LogLevel.Warning, "Azure Speech could not be prewarmed ({Kind}): {Reason}")]
    public static partial void NotPrewarmed(ILogger logger, ProviderErrorKind kind, string reason);
}
