using Microsoft.Extensions.Logging;
using Parley.Conversation.Pipeline;

namespace Parley.Conversation.Diagnostics;

/// <summary>What the conversation logs. Call and tenant id come from the scope that the call's host opens.</summary>
internal static partial class ConversationLog
{
    [LoggerMessage(1001, LogLevel.Debug, "End of turn by rule '{Rule}', {DelayMs} ms after the last speech")]
    public static partial void TurnEnded(ILogger logger, string rule, long delayMs);

    [LoggerMessage(1002, LogLevel.Debug, "Utterance dismissed: {Why}")]
    public static partial void UtteranceDismissed(ILogger logger, string why);

    [LoggerMessage(1003, LogLevel.Information, "Call ended: {Reason}, after {DurationMs} ms")]
    public static partial void CallEnded(ILogger logger, CallEndReason reason, long durationMs);

    [LoggerMessage(1004, LogLevel.Warning, "Recognition failed: {Error}")]
    public static partial void RecognitionFailed(ILogger logger, string error);

    [LoggerMessage(1005, LogLevel.Error, "A reply failed")]
    public static partial void ReplyFailed(ILogger logger, Exception error);

    [LoggerMessage(1006, LogLevel.Warning, "The reply is late: a holding phrase is spoken")]
    public static partial void HoldPhrase(ILogger logger);

    [LoggerMessage(1007, LogLevel.Error, "The reply did not come before its deadline")]
    public static partial void ReplyLate(ILogger logger);

    [LoggerMessage(1008, LogLevel.Warning, "The call does not keep up: audio frames are dropped")]
    public static partial void FramesDropped(ILogger logger);

    [LoggerMessage(1010, LogLevel.Warning, "Phrases cannot be kept on disk; they stay in memory")]
    public static partial void PhraseCacheDisk(ILogger logger, Exception error);

    [LoggerMessage(1011, LogLevel.Warning, "No voice for {Language}: {Reason} Until then the English voice reads what it can of it")]
    public static partial void VoiceMissing(ILogger logger, string language, string reason);

    [LoggerMessage(1012, LogLevel.Warning, "espeak-ng does not speak {Language}: the English voice reads what it can of it")]
    public static partial void VoiceUnknownLanguage(ILogger logger, string language);

    [LoggerMessage(1013, LogLevel.Warning, "espeak-ng has no voice {Voice}; {Natural} speaks instead")]
    public static partial void VoiceUnknown(ILogger logger, string voice, string natural);

    [LoggerMessage(1020, LogLevel.Warning, "The capture of call {CallId} is given up: the disk does not keep up")]
    public static partial void CaptureTooSlow(ILogger logger, Guid callId);

    [LoggerMessage(1021, LogLevel.Warning, "The capture of call {CallId} is given up: it cannot be written")]
    public static partial void CaptureFailed(ILogger logger, Guid callId, Exception error);

    [LoggerMessage(1022, LogLevel.Information, "{Files} captures were older, or more, than they are kept and were deleted")]
    public static partial void CapturesDeleted(ILogger logger, int files);

    [LoggerMessage(1023, LogLevel.Warning, "Old captures could not be deleted")]
    public static partial void CapturesNotDeleted(ILogger logger, Exception error);

    [LoggerMessage(1030, LogLevel.Warning, "{Stage}: {Provider} is left for {Next} in this call. {Reason}")]
    public static partial void ProviderLeft(ILogger logger, string stage, string provider, string next, string reason);

    [LoggerMessage(1031, LogLevel.Error, "{Stage}: {Provider} is left out of calls for {Seconds:0} s. {Reason}")]
    public static partial void BreakerOpened(ILogger logger, string stage, string provider, double seconds, string reason);

    [LoggerMessage(1032, LogLevel.Information, "{Stage}: one call tries whether {Provider} is back")]
    public static partial void BreakerProbes(ILogger logger, string stage, string provider);

    [LoggerMessage(1033, LogLevel.Information, "{Stage}: {Provider} is back")]
    public static partial void BreakerClosed(ILogger logger, string stage, string provider);

    [LoggerMessage(1034, LogLevel.Information, "{Stage}: whether {Provider} is back was not found out; the next call tries")]
    public static partial void BreakerStaysOpen(ILogger logger, string stage, string provider);

    [LoggerMessage(1035, LogLevel.Warning, "{Stage}: a tenant wants {Provider}, which is not configured; its other providers serve it")]
    public static partial void ProviderNotConfigured(ILogger logger, string stage, string provider);

    [LoggerMessage(1036, LogLevel.Debug, "{Provider} could not be prewarmed: {Reason}")]
    public static partial void PrewarmFailed(ILogger logger, string provider, string reason);

    [LoggerMessage(1009, LogLevel.Critical, "The call's loop failed; the call is ended")]
    public static partial void LoopFailed(ILogger logger, Exception error);
}
