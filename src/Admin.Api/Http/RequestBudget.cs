using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Parley.Admin.Api.Auth;

namespace Parley.Admin.Api.Http;

/// <summary>
/// Bounds the requests of each key. An endpoint filter rather than the rate limiting middleware: it cannot be forgotten by the program
/// that maps the API, and runs after the key is known.
/// </summary>
internal sealed class RequestBudget : IEndpointFilter, IDisposable
{
    private readonly PartitionedRateLimiter<Guid> limiter;

    public RequestBudget(IOptions<AdminApiOptions> options)
    {
        var limit = new FixedWindowRateLimiterOptions
        {
            PermitLimit = options.Value.RequestsPerMinute,
            Window = TimeSpan.FromMinutes(1),
        };
        limiter = PartitionedRateLimiter.Create<Guid, Guid>(key => RateLimitPartition.GetFixedWindowLimiter(key, _ => limit));
    }

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        using var lease = limiter.AttemptAcquire(context.HttpContext.User.KeyId());
        if (lease.IsAcquired)
            return await next(context);

        if (lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter))
        {
            context.HttpContext.Response.Headers[HeaderNames.RetryAfter] =
                Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
    }

    public void Dispose() => limiter.Dispose();
}
