using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Parley.MediaGateway.Sessions;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Endpoints;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it can take a call. <c>/health/process</c>, for clients on this machine:
/// what the process uses, for a soak test or a look by hand.
/// </summary>
internal static class Health
{
    /// <summary>Tag of the checks that decide about readiness.</summary>
    public const string Ready = "ready";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        routes.MapGet("/health/process", (HttpContext http, CallRegistry calls) => TwilioUrls.IsLocal(http)
            ? Results.Json(ProcessUse.Now(calls, collect: http.Request.Query["collect"] == "true"))
            : Results.NotFound()).ExcludeFromDescription();
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

/// <summary>What the process uses.</summary>
/// <param name="Calls">Calls with a media connection.</param>
/// <param name="Connections">Media connections, also those without a call.</param>
/// <param name="Draining">No new calls are taken.</param>
/// <param name="ManagedBytes">Managed memory in use, garbage that was not collected yet included.</param>
/// <param name="WorkingSetBytes">Resident memory, native libraries and models included.</param>
/// <param name="ProcessId">The process.</param>
internal sealed record ProcessUse(int Calls, int Connections, bool Draining, long ManagedBytes, long WorkingSetBytes, int ProcessId)
{
    /// <summary>Looks; <paramref name="collect"/> collects garbage before.</summary>
    public static ProcessUse Now(CallRegistry calls, bool collect) => new(
        calls.Count, calls.Connections, calls.IsDraining, GC.GetTotalMemory(collect), Environment.WorkingSet, Environment.ProcessId);
}
