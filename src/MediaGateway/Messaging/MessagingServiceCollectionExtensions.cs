using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Messaging;

/// <summary>Registers what sends text messages.</summary>
public static class MessagingServiceCollectionExtensions
{
    /// <summary>The worker, and the sender the configuration allows: Twilio with credentials, else this machine. Needs <c>AddTwilio</c>.</summary>
    public static IServiceCollection AddMessaging(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration.GetSection(TwilioOptions.Section).Get<TwilioOptions>() is { HasRestCredentials: true })
            services.AddSingleton<IMessageSender, TwilioMessageSender>();
        else
            services.AddSingleton<IMessageSender, LocalMessageSender>();
        services.AddHostedService<OutboxWorker>();
        return services;
    }
}
