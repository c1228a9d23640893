using Microsoft.Extensions.Logging;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Diagnostics;

/// <summary>What media connections log.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(2001, LogLevel.Information, "Call connected")]
    public static partial void CallConnected(ILogger logger);

    [LoggerMessage(2002, LogLevel.Warning, "Media stream refused: call token is {Outcome}")]
    public static partial void TokenRefused(ILogger logger, CallTokenOutcome outcome);

    [LoggerMessage(2003, LogLevel.Warning, "Media stream refused: its call or tenant is not known")]
    public static partial void CallUnknown(ILogger logger);

    [LoggerMessage(2004, LogLevel.Warning, "Media stream refused: the call has a stream already, or there is no room")]
    public static partial void CallRefused(ILogger logger);

    [LoggerMessage(2005, LogLevel.Warning, "Media connection without a start message: {Why}")]
    public static partial void NoStart(ILogger logger, string why);

    [LoggerMessage(2006, LogLevel.Warning, "Media message ignored: {Why}")]
    public static partial void BadMessage(ILogger logger, string why);

    [LoggerMessage(2007, LogLevel.Warning, "Media message over {Limit} bytes: the connection is closed")]
    public static partial void MessageTooLarge(ILogger logger, int limit);

    [LoggerMessage(2008, LogLevel.Warning, "Media messages out of order: expected {Expected}, got {Actual}; further ones are not reported")]
    public static partial void OutOfOrder(ILogger logger, long expected, long actual);

    [LoggerMessage(2009, LogLevel.Warning, "The carrier does not read: the media connection is given up")]
    public static partial void CarrierTooSlow(ILogger logger);

    [LoggerMessage(2010, LogLevel.Error, "The media session failed")]
    public static partial void SessionFailed(ILogger logger, Exception error);

    [LoggerMessage(2011, LogLevel.Warning, "The start of the stream could not be noted")]
    public static partial void NotNoted(ILogger logger, Exception error);

    [LoggerMessage(2012, LogLevel.Warning, "Media connection refused: {Why}")]
    public static partial void ConnectionRefused(ILogger logger, string why);

    [LoggerMessage(2013, LogLevel.Warning, "Media stream refused: its call could not be looked up in time")]
    public static partial void NotAdmittedInTime(ILogger logger);
}
