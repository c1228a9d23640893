using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Parley.MediaGateway.Sessions;

namespace Parley.MediaGateway.Endpoints;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it can take a call.</summary>
internal static class Health
{
    /// <summary>Tag of the checks that decide about readiness.</summary>
    public const string Ready = "ready";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        routes.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready) });
    }
}

/// <summary>Ready while one more call can be taken.</summary>
internal sealed class CallCapacityCheck(CallRegistry registry) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(registry.HasRoom
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(registry.IsDraining ? "stopping" : "full"));
}
