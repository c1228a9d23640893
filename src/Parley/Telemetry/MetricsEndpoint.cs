using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Parley.Admin.Api;
using Parley.MediaGateway.Twilio;

namespace Parley.Telemetry;

/// <summary><c>GET /metrics</c>, for Prometheus. Who may read it: see <see cref="MetricsPageOptions"/>.</summary>
internal static class MetricsEndpoint
{
    public const string Path = "/metrics";

    private const string OpenMetrics = "application/openmetrics-text";

    public static void Map(IEndpointRouteBuilder routes)
    {
        // Read when it is asked: errors in the configuration are reported together, at the start.
        var options = routes.ServiceProvider.GetRequiredService<IOptions<TelemetryOptions>>();
        var policy = new AuthorizationPolicyBuilder(AdminApi.KeyScheme)
            .RequireAssertion(context => options.Value.Metrics.AllowAnyone
                || AdminApi.IsOperator(context.User)
                || (context.Resource is HttpContext http && TwilioUrls.IsLocal(http)))
            .Build();
        routes.MapGet(Path, WriteAsync).RequireAuthorization(policy).ExcludeFromDescription();
    }

    private static Task WriteAsync(HttpContext context, MetricsRegistry registry)
    {
        var writer = new ExpositionWriter(WantsOpenMetrics(context.Request));
        var text = writer.Write(registry);
        context.Response.ContentType = writer.ContentType;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>Whether the client prefers OpenMetrics to plain text; one that says nothing gets what Prometheus always knew.</summary>
    private static bool WantsOpenMetrics(HttpRequest request)
    {
        double open = 0, plain = 0;
        foreach (var accepted in request.GetTypedHeaders().Accept)
        {
            var quality = accepted.Quality ?? 1;
            if (accepted.MediaType.Equals(OpenMetrics, StringComparison.OrdinalIgnoreCase) && IsKnown(accepted))
                open = Math.Max(open, quality);
            else if (accepted.MediaType.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
                plain = Math.Max(plain, quality);
        }

        return open > 0 && open >= plain;
    }

    private static bool IsKnown(MediaTypeHeaderValue accepted)
    {
        var version = accepted.Parameters.FirstOrDefault(p => p.Name.Equals("version", StringComparison.OrdinalIgnoreCase))?.Value.Value;
        return version is null or "1.0.0" or "0.0.1";
    }
}
