using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;

namespace Parley.Conversation.Providers;

/// <summary>What is common to connections that could not be made: which layer refused, and what the answer said.</summary>
internal static class ConnectionFailure
{
    // Tokens and signatures are refused by servers at about this difference; a token of Azure's is valid for twice as long.
    private static readonly TimeSpan MostSkew = TimeSpan.FromMinutes(5);

    // A connection that can't be written to has little left to read.
    private static readonly TimeSpan ReaderPatience = TimeSpan.FromSeconds(1);

    /// <summary>Whether the server's certificate was refused.</summary>
    public static bool IsCertificate(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            // A handshake that the network breaks off is no judgement about the certificate.
            if (cause is AuthenticationException)
                return true;
        }

        return false;
    }

    /// <summary>Whether an exception is a connection's: anything else is a fault of ours.</summary>
    public static bool IsConnection(Exception e) =>
        e is WebSocketException or HttpRequestException or IOException or SocketException or ObjectDisposedException or InvalidOperationException;

    /// <summary>
    /// After a send failed: waits for the connection's reader to end. Who refuses tells why and closes, and what is still being sent then meets a reset
    /// before the reason was read. The system keeps what had arrived, so the reader finds it at once; its outcome is its owner's to take.
    /// </summary>
    public static async Task ReaderEndsAsync(Task reading, TimeProvider clock, CancellationToken cancellationToken) =>
        await reading.WaitAsync(ReaderPatience, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Seconds or a date in a <c>Retry-After</c> header (RFC 9110, section 10.2.3), at most a day; some servers send fractions.</summary>
    public static TimeSpan? RetryAfter(string? header, DateTimeOffset now)
    {
        if (double.TryParse(header, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            return Sensible(seconds);
        return DateTimeOffset.TryParseExact(header, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? Sensible((at - now).TotalSeconds)
            : null;
    }

    /// <summary>The milliseconds of a <c>retry-after-ms</c> header, at most a day.</summary>
    public static TimeSpan? RetryAfterMs(string? header) =>
        double.TryParse(header, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ms) ? Sensible(ms / 1000) : null;

    /// <summary>
    /// Our clock minus that of the server's <c>Date</c> header, when they differ by so much that it is the likely cause of a refused key or token; null
    /// otherwise.
    /// </summary>
    public static TimeSpan? Skew(string? date, DateTimeOffset now) =>
        DateTimeOffset.TryParseExact(date, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var theirs)
        && now - theirs is var skew && skew.Duration() > MostSkew
            ? skew
            : null;

    private static TimeSpan? Sensible(double seconds) => seconds is >= 0 and <= 86_400 ? TimeSpan.FromSeconds(seconds) : null;
}
