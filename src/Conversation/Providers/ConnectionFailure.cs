using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;

namespace Parley.Conversation.Providers;

/// <summary>What is common to connections that could not be made: which layer refused, and what the answer said.</summary>
internal static class ConnectionFailure
{
    /// <summary>Whether the server's certificate was refused.</summary>
    public static bool IsCertificate(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException or HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError })
                return true;
        }

        return false;
    }

    /// <summary>Whether an exception is a connection's: anything else is a fault of ours.</summary>
    public static bool IsConnection(Exception e) =>
        e is WebSocketException or HttpRequestException or IOException or SocketException or ObjectDisposedException or InvalidOperationException;

    /// <summary>Seconds or a date in a <c>Retry-After</c> header (RFC 9110, section 10.2.3).</summary>
    public static TimeSpan? RetryAfter(string? header, DateTimeOffset now)
    {
        if (int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return TimeSpan.FromSeconds(seconds);
        return DateTimeOffset.TryParseExact(header, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at > now
            ? at - now
            : null;
    }
}
