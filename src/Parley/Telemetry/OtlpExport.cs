using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Parley.Conversation.Diagnostics;

namespace Parley.Telemetry;

/// <summary>
/// Pushes metrics and traces (a span per call and per turn) to an OpenTelemetry collector. Everything that <see cref="OtlpOptions"/> does not say
/// comes from OpenTelemetry's environment variables. A collector that is away costs nothing but its data.
/// </summary>
internal sealed class OtlpExport(IOptions<TelemetryOptions> options, IConfiguration configuration) : IHostedService, IDisposable
{
    /// <summary>OpenTelemetry's variable for the collector.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private MeterProvider? metrics;
    private TracerProvider? traces;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var otlp = options.Value.Otlp;
        if (otlp.Endpoint is null && string.IsNullOrEmpty(configuration[EndpointVariable]))
            return Task.CompletedTask;

        metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(Resource())
            .AddMeter([.. Meters.All])
            .AddOtlpExporter((exporter, reader) =>
            {
                Configure(exporter, otlp, "/v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = otlp.IntervalSeconds * 1000;
            })
            .Build();
        traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(Resource())
            .AddSource(CallTracing.SourceName)
            .AddOtlpExporter(exporter => Configure(exporter, otlp, "/v1/traces"))
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left, within OpenTelemetry's deadlines. After everything else stopped, so that the last calls are in it.</summary>
    public void Dispose()
    {
        metrics?.Dispose();
        traces?.Dispose();
    }

    private static void Configure(OtlpExporterOptions exporter, OtlpOptions otlp, string path)
    {
        if (otlp.Endpoint is not { } endpoint)
            return;
        exporter.Protocol = otlp.Protocol == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri(exporter.Protocol == OtlpExportProtocol.Grpc ? endpoint : endpoint.TrimEnd('/') + path);
    }

    // The environment's attributes come last and win.
    private static ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddService("parley", serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3))
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();
}
