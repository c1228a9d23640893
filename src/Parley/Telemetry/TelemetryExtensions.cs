using Microsoft.Extensions.Options;
using Parley.Conversation.Diagnostics;
using Parley.MediaGateway.Diagnostics;
using Parley.Persistence.Calls;

namespace Parley.Telemetry;

/// <summary>Measurements for those who run the server: pushed over OTLP, and read by Prometheus.</summary>
internal static class TelemetryExtensions
{
    /// <summary>Adds the exporters; OTLP stays quiet until an endpoint is configured.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TelemetryOptions>().Bind(configuration.GetSection(TelemetryOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TelemetryOptions>, Validator>();
        services.AddSingleton<MetricsRegistry>();
        services.AddSingleton<ProcessMetrics>();
        services.AddHostedService<OtlpExport>();
        services.AddHostedService<JournalInstruments>();
        return services;
    }

    /// <summary>Maps <c>/metrics</c>, and sees to it that all instruments are there before the first call.</summary>
    public static void MapTelemetry(this IEndpointRouteBuilder routes)
    {
        // The listener first: what adds up must be heard from the beginning.
        routes.ServiceProvider.GetRequiredService<MetricsRegistry>();
        routes.ServiceProvider.GetRequiredService<ProcessMetrics>();
        routes.ServiceProvider.GetRequiredService<ConversationMetrics>();
        routes.ServiceProvider.GetRequiredService<GatewayMetrics>();
        MetricsEndpoint.Map(routes);
    }

    /// <summary>Makes the journal when the host starts: its instruments are there before the first call, its files not before the
    /// configuration was found right.</summary>
    private sealed class JournalInstruments(CallJournal journal) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            GC.KeepAlive(journal);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Validator : IValidateOptions<TelemetryOptions>
    {
        public ValidateOptionsResult Validate(string? name, TelemetryOptions options) =>
            options.Errors().ToList() is { Count: > 0 } errors ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
    }
}
