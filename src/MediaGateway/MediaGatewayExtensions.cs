using System.Globalization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Parley.Conversation.Stores;
using Parley.MediaGateway.Endpoints;
using Parley.MediaGateway.Messaging;
using Parley.MediaGateway.Sessions;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway;

/// <summary>The call host: Twilio's webhooks and media streams, call sessions, and messages.</summary>
public static class MediaGatewayExtensions
{
    /// <summary>Adds the services of the call host.</summary>
    public static IServiceCollection AddMediaGateway(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddTwilio(configuration);
        services.AddMessaging(configuration);
        services.AddSessions(configuration);
        services.AddHealthChecks().AddCheck<CallCapacityCheck>("calls", tags: [Health.Ready]);
        return services;
    }

    /// <summary>Maps what Twilio and a load balancer call.</summary>
    public static IEndpointRouteBuilder MapMediaGateway(this IEndpointRouteBuilder routes)
    {
        routes.MapTwilioWebhooks();
        MediaStreamEndpoint.Map(routes);
        Health.Map(routes);
        return routes;
    }

    private static void AddSessions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<GatewayOptions>().Bind(configuration.GetSection(GatewayOptions.Section))
            .Validate(o => o.MaxCalls is >= 1 and <= 100_000, "Gateway:MaxCalls must be between 1 and 100,000.")
            .Validate(o => o.MaxMessageBytes is >= 1024 and <= 1_048_576, "Gateway:MaxMessageBytes must be between 1,024 and 1,048,576.")
            .Validate(o => o.StartTimeoutSeconds is >= 1 and <= 60, "Gateway:StartTimeoutSeconds must be between 1 and 60.")
            .Validate(o => o.CloseTimeoutSeconds is >= 1 and <= 60, "Gateway:CloseTimeoutSeconds must be between 1 and 60.")
            .Validate(o => o.DrainSeconds is >= 0 and <= 3600, "Gateway:DrainSeconds must be between 0 and 3,600.")
            .ValidateOnStart();
        services.AddSingleton<CallRegistry>();
        services.AddSingleton(s => new RingingCallers(s.GetService<ICallerHistory>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ICallAdmission, CallAdmission>();
        services.AddHostedService<CallDrain>();

        // What follows the calls (their records, the web server) has the host's usual time after them. Read past the options' own checks, which
        // report their errors together with all others when the host starts.
        services.Configure<HostOptions>(host => host.ShutdownTimeout += DrainTime(configuration.GetSection(GatewayOptions.Section)));
    }

    private static TimeSpan DrainTime(IConfigurationSection section)
    {
        var defaults = new GatewayOptions();
        return TimeSpan.FromSeconds(
            Seconds(nameof(GatewayOptions.DrainSeconds), defaults.DrainSeconds)
            + Seconds(nameof(GatewayOptions.CloseTimeoutSeconds), defaults.CloseTimeoutSeconds));

        int Seconds(string option, int otherwise) =>
            int.TryParse(section[option], CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 3600 ? value : otherwise;
    }
}
