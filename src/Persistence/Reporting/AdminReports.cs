using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Parley.Persistence.Reporting;

/// <summary>Adds what the owners' API reads.</summary>
public static class AdminReports
{
    /// <summary>Adds the read models; what was added before stays.</summary>
    public static IServiceCollection AddAdminReports(this IServiceCollection services)
    {
        services.TryAddSingleton<AdminCalls>();
        services.TryAddSingleton<AdminLeads>();
        services.TryAddSingleton<AdminMessages>();
        services.TryAddSingleton<ApiKeys>();
        services.TryAddSingleton<LiveCalls>();
        services.TryAddSingleton<TenantReports>();
        return services;
    }
}
