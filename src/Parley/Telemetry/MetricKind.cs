namespace Parley.Telemetry;

/// <summary>Prometheus' types of metrics, as far as instruments map to them.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}
