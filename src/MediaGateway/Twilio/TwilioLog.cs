using Microsoft.Extensions.Logging;

namespace Parley.MediaGateway.Twilio;

/// <summary>What the Twilio boundary reports; ids 2200 to 2299. Numbers are masked before they come here.</summary>
internal static partial class TwilioLog
{
    [LoggerMessage(2200, LogLevel.Warning, "No auth token is configured: Twilio's endpoints serve clients on this machine only.")]
    public static partial void LoopbackOnly(ILogger logger);

    [LoggerMessage(2201, LogLevel.Warning, "Refused a request for {Path}: {Reason}")]
    public static partial void Refused(ILogger logger, string path, string reason);

    [LoggerMessage(2202, LogLevel.Warning, "Call {CallSid}: no tenant answers {Called}.")]
    public static partial void UnknownNumber(ILogger logger, string callSid, string called);

    [LoggerMessage(2203, LogLevel.Information, "Call {CallSid} from {Caller} to {Called} is {CallId} of tenant {TenantId}.")]
    public static partial void Answered(ILogger logger, string callSid, string caller, string called, Guid callId, Guid tenantId);

    [LoggerMessage(2204, LogLevel.Information, "Call {CallSid} goes on after its stream: {Next}.")]
    public static partial void AfterStream(ILogger logger, string callSid, string next);

    [LoggerMessage(2205, LogLevel.Error, "Call {CallSid}: webhook {Kind} failed.")]
    public static partial void WebhookFailed(ILogger logger, string kind, string callSid, Exception exception);

    [LoggerMessage(2206, LogLevel.Error, "Call {CallSid}: webhook {Kind} had no answer from the stores in time.")]
    public static partial void WebhookLate(ILogger logger, string kind, string callSid);

    [LoggerMessage(2207, LogLevel.Information, "Call {CallSid}: transfer ended with {Status}.")]
    public static partial void DialDone(ILogger logger, string callSid, string status);

    [LoggerMessage(2208, LogLevel.Information, "Call {CallSid}: carrier status {Status}.")]
    public static partial void CallStatus(ILogger logger, string callSid, string status);

    [LoggerMessage(2209, LogLevel.Information, "Call {CallSid}: {StreamEvent} of stream {StreamSid} {StreamError}")]
    public static partial void StreamStatus(ILogger logger, string callSid, string streamEvent, string streamSid, string streamError);

    [LoggerMessage(2210, LogLevel.Warning, "Twilio REST {Operation} answered {Status} with code {Code} (request {RequestId}).")]
    public static partial void RestRefused(ILogger logger, string operation, int status, int code, string requestId);

    [LoggerMessage(2211, LogLevel.Warning, "Twilio REST {Operation} brought no answer: {Reason}.")]
    public static partial void RestNoAnswer(ILogger logger, string operation, string reason);

    [LoggerMessage(2212, LogLevel.Warning, "A message status with an unknown shape was ignored.")]
    public static partial void OddMessageStatus(ILogger logger);

    [LoggerMessage(2213, LogLevel.Information, "Webhook {Kind} of {CallSid} came again.")]
    public static partial void Repeated(ILogger logger, string kind, string callSid);

    [LoggerMessage(2214, LogLevel.Warning, "Webhook {Kind} of {CallSid} was answered, but could not be noted in the log in time.")]
    public static partial void NotLogged(ILogger logger, string kind, string callSid);

    [LoggerMessage(2215, LogLevel.Information, "Call {CallSid} is asked to try again, attempt {Attempt}: this gateway is {State}.")]
    public static partial void TryAgain(ILogger logger, string callSid, int attempt, string state);
}
