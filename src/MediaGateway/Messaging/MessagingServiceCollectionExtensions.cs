using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Messaging;

/// <summary>Registers what sends text messages.</summary>
public static class MessagingServiceCollectionExtensions
{
    /// <summary>The worker, and the sender the configuration allows: Twilio with credentials, else this machine. Needs <c>AddTwilio</c>.</summary>
    public static IServiceCollection AddMessaging(this IServiceCollection services)
    {
        services.AddSingleton<IMessageSender>(provider =>
            provider.GetRequiredService<IOptions<TwilioOptions>>().Value.HasRestCredentials
                ? ActivatorUtilities.CreateInstance<TwilioMessageSender>(provider)
                : ActivatorUtilities.CreateInstance<LocalMessageSender>(provider));
        services.AddHostedService<OutboxWorker>();
        return services;
    }
}
