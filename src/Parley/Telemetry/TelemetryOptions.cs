namespace Parley.Telemetry;

/// <summary>Where measurements go; section <c>Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Telemetry";

    /// <summary>Push to an OpenTelemetry collector.</summary>
    public OtlpOptions Otlp { get; set; } = new();

    /// <summary>The page that Prometheus reads.</summary>
    public MetricsPageOptions Metrics { get; set; } = new();

    internal IEnumerable<string> Errors()
    {
        if (Otlp.Endpoint is { } endpoint
            && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)))
            yield return "Telemetry:Otlp:Endpoint must be an address like http://collector:4318.";
        if (Otlp.Protocol is not ("http/protobuf" or "grpc"))
            yield return "Telemetry:Otlp:Protocol must be http/protobuf or grpc.";
        if (Otlp.IntervalSeconds is < 1 or > 3600)
            yield return "Telemetry:Otlp:IntervalSeconds must be between 1 and 3,600.";
    }
}

/// <summary>Push over OTLP, the OpenTelemetry protocol. Off unless an endpoint is set here or as <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
public sealed class OtlpOptions
{
    /// <summary>The collector, such as <c>http://collector:4318</c>; the paths <c>/v1/metrics</c> and <c>/v1/traces</c> are added for HTTP.</summary>
    public string? Endpoint { get; set; }

    /// <summary><c>http/protobuf</c> (default) or <c>grpc</c>; used with <see cref="Endpoint"/>.</summary>
    public string Protocol { get; set; } = "http/protobuf";

    /// <summary>Seconds between two exports, 1 to 3,600. Default 60, as OpenTelemetry's periodic reader.</summary>
    public int IntervalSeconds { get; set; } = 60;
}

/// <summary><c>GET /metrics</c>.</summary>
public sealed class MetricsPageOptions
{
    /// <summary>
    /// Whether anyone who reaches the server may read the page. Default false: clients on this machine (not through a proxy), and those
    /// with an operator's API key.
    /// </summary>
    public bool AllowAnyone { get; set; }
}
