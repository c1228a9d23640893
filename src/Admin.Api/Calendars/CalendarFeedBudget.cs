using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Parley.Admin.Api.Calendars;

/// <summary>Bounds the requests for feeds of each address, right and wrong ones alike.</summary>
internal sealed class CalendarFeedBudget : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> limiter;

    public CalendarFeedBudget(IOptions<AdminApiOptions> options)
    {
        var limit = new FixedWindowRateLimiterOptions { PermitLimit = options.Value.FeedRequestsPerMinute, Window = TimeSpan.FromMinutes(1) };
        limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetFixedWindowLimiter(address, _ => limit));
    }

    public bool TryTake(IPAddress? address)
    {
        using var lease = limiter.AttemptAcquire(address ?? IPAddress.None);
        return lease.IsAcquired;
    }

    public void Dispose() => limiter.Dispose();
}
