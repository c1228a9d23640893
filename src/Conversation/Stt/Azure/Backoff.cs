using System.Security.Cryptography;

namespace Parley.Conversation.Stt.Azure;

/// <summary>How long to wait before a connection is tried again.</summary>
internal static class Backoff
{
    /// <summary>No caller waits longer than this for a recogniser: then another one takes over.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>Twice as long each time, half of it at random so that calls do not come back together; never less than the service wants.</summary>
    public static TimeSpan Delay(int attempt, int firstMs, TimeSpan? retryAfter)
    {
        var whole = Math.Min(Longest.TotalMilliseconds, firstMs * Math.Pow(2, attempt - 1));
        var delay = TimeSpan.FromMilliseconds(whole * RandomNumberGenerator.GetInt32(50, 101) / 100);
        return retryAfter is { } wanted && wanted > delay ? wanted : delay;
    }
}
