using System.ComponentModel.DataAnnotations;

namespace Parley.Admin.Api;

/// <summary>Limits of the owners' API; section <c>Admin</c>.</summary>
public sealed record AdminApiOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Admin";

    /// <summary>
    /// Requests one key may make in a minute, 1 to 1,000,000. Default 600: ten a second, more than a person's page makes and less than
    /// would be felt by the calls.
    /// </summary>
    [Range(1, 1_000_000)]
    public int RequestsPerMinute { get; set; } = 600;

    /// <summary>
    /// Requests for calendar feeds from one address in a minute, 1 to 1,000,000. Default 120; behind a proxy all of them come from one.
    /// </summary>
    [Range(1, 1_000_000)]
    public int FeedRequestsPerMinute { get; set; } = 120;

    /// <summary>Where this server is reached from outside, for addresses that are told; without it they are paths only.</summary>
    public Uri? PublicBaseUrl { get; set; }

    /// <summary>Largest request body in bytes. Default 64 KiB; the largest body the API knows is well under one.</summary>
    [Range(1, 16 * 1024 * 1024)]
    public int MaxRequestBodyBytes { get; set; } = 64 * 1024;

    /// <summary>
    /// How long a key's lookup is remembered, so how long another node may still take a revoked key. 0 to 1 minute; default 3 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan KeyCacheDuration { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Longest silence on an event stream before a comment is sent, 10 ms to 5 minutes. Default 15 seconds, as the HTML standard
    /// suggests against proxies that drop quiet connections (section 9.2.7).
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan EventHeartbeat { get; set; } = TimeSpan.FromSeconds(15);
}
