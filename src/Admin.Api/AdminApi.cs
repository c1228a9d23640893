using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Parley.Admin.Api.Auth;
using Parley.Admin.Api.Bookings;
using Parley.Admin.Api.Calendars;
using Parley.Admin.Api.Calls;
using Parley.Admin.Api.Customers;
using Parley.Admin.Api.Escalations;
using Parley.Admin.Api.Features;
using Parley.Admin.Api.Http;
using Parley.Admin.Api.Knowledge;
using Parley.Admin.Api.Leads;
using Parley.Admin.Api.Messages;
using Parley.Admin.Api.OpenApi;
using Parley.Admin.Api.Tenants;
using Parley.Admin.Api.Webhooks;

namespace Parley.Admin.Api;

/// <summary>The owners' HTTP API.</summary>
public static class AdminApi
{
    /// <summary>Where everything is mapped.</summary>
    public const string Prefix = "/api";

    /// <summary>The authentication scheme of API keys, for endpoints of the program around it.</summary>
    public const string KeyScheme = ApiKeyAuthenticationHandler.SchemeName;

    /// <summary>Whether a request was made with an operator's key.</summary>
    public static bool IsOperator(ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.HasClaim(ApiKeyPrincipal.OperatorClaim, "true");
    }

    /// <summary>Adds the API; <c>AddPersistence</c>, whose read models it serves, has to be called as well.</summary>
    public static IServiceCollection AddAdminApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AdminApiOptions>().Bind(configuration.GetSection(AdminApiOptions.Section))
            .ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddProblemDetails();
        services.AddTransient<IStartupFilter, AdminPipeline>();
        services.AddSingleton<IDeveloperPageExceptionFilter, NoDeveloperPage>();
        services.AddSingleton<RequestBudget>();
        services.AddSingleton<CalendarFeedBudget>();
        services.AddApiKeyAuthentication();
        services.AddSingleton<CallFollower>();
        services.AddAdminJson();
        services.AddAdminOpenApi();
        return services;
    }

    /// <summary>Maps the API under <see cref="Prefix"/>, and its description at <c>/api/openapi.json</c>; beside it the calendar feeds.</summary>
    public static IEndpointConventionBuilder MapAdminApi(this IEndpointRouteBuilder endpoints)
    {
        var options = endpoints.ServiceProvider.GetRequiredService<IOptions<AdminApiOptions>>().Value;
        var api = endpoints.MapGroup(Prefix)
            .RequireAuthorization(AuthExtensions.KeyPolicy)
            .AddEndpointFilter(endpoints.ServiceProvider.GetRequiredService<RequestBudget>())
            .WithMetadata(new RequestSizeLimitAttribute(options.MaxRequestBodyBytes))
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapCalls();
        api.MapLeads();
        api.MapBookings();
        api.MapCalendars();
        api.MapMessages();
        api.MapTenants();
        api.MapKnowledge();
        api.MapKeys();
        api.MapFeatures();
        api.MapCustomers();
        api.MapEscalations();
        api.MapTenantWebhooks();
        api.MapDeadLetters();
        endpoints.MapCalendarFeed();
        endpoints.MapOpenApi($"{Prefix}/openapi.json").AllowAnonymous();
        return api;
    }
}
