using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Parley.MediaGateway.Diagnostics;
using Parley.MediaGateway.Endpoints;

namespace Parley.MediaGateway.Twilio;

/// <summary>Registers what speaks with Twilio.</summary>
public static class TwilioServiceCollectionExtensions
{
    /// <summary>Options (checked at start), signatures, call tokens, REST client and what the webhooks need. The stores come from elsewhere.</summary>
    public static IServiceCollection AddTwilio(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<TwilioOptions>().Bind(configuration.GetSection(TwilioOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TwilioOptions>, TwilioOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);

        services.TryAddSingleton<GatewayMetrics>();
        services.AddSingleton<TwilioUrls>();
        services.AddSingleton<TwilioRequestGuard>();
        services.AddSingleton<CallTokens>();
        services.AddSingleton<CallDocuments>();

        services.AddSingleton<WebhookDesk>();
        services.AddSingleton<VoiceWebhooks>();
        services.AddSingleton<TransferWebhooks>();
        services.AddSingleton<StatusWebhooks>();

        // The client's own deadline decides; the built-in loggers would write numbers that are part of addresses.
        services.AddHttpClient(TwilioRestClient.HttpClientName, client =>
            {
                client.Timeout = Timeout.InfiniteTimeSpan;
                client.MaxResponseContentBufferSize = 1024 * 1024;
            })
            .RemoveAllLoggers();
        services.AddSingleton<TwilioRestClient>();
        return services;
    }
}
