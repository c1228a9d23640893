using System.Globalization;
using System.Text;

namespace Parley.Telemetry;

/// <summary>
/// Writes metrics as text: Prometheus' format 0.0.4 or OpenMetrics 1.0.0, which differ in the names of counters' families, in whole numbers
/// as bounds, in units and in the end mark.
/// </summary>
internal sealed class ExpositionWriter(bool openMetrics)
{
    public const string PrometheusType = "text/plain; version=0.0.4; charset=utf-8";
    public const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private readonly StringBuilder text = new();

    public string ContentType => openMetrics ? OpenMetricsType : PrometheusType;

    public string Write(MetricsRegistry registry)
    {
        registry.Collect((families, collection) =>
        {
            foreach (var family in families)
                Write(family, collection);
        });
        if (openMetrics)
            text.Append("# EOF\n");
        return text.ToString();
    }

    private void Write(MetricFamily family, long collection)
    {
        var sample = family.Kind == MetricKind.Counter ? family.Name + "_total" : family.Name;
        var head = openMetrics ? family.Name : sample;
        text.Append("# HELP ").Append(head).Append(' ');
        MetricSeries.Escape(text, family.Help, quotes: openMetrics);
        text.Append("\n# TYPE ").Append(head).Append(' ').Append(family.Kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Gauge => "gauge",
            _ => "histogram",
        }).Append('\n');
        if (openMetrics && family.Unit.Length > 0)
            text.Append("# UNIT ").Append(head).Append(' ').Append(family.Unit).Append('\n');

        foreach (var series in family.Series)
        {
            if (family.IsObserved && series.SeenAt != collection)
                continue;
            if (family.Kind == MetricKind.Histogram)
                WriteHistogram(family, series);
            else
                WriteSample(sample, "", series.Labels, "", series.Value);
        }
    }

    private void WriteHistogram(MetricFamily family, MetricSeries series)
    {
        // The count is the buckets' sum, so that the two agree whatever is recorded meanwhile.
        long count = 0;
        for (var i = 0; i < family.Bounds.Count; i++)
        {
            count += series.Bucket(i);
            WriteSample(family.Name, "_bucket", series.Labels, Bound(family.Bounds[i]), count);
        }

        count += series.Bucket(family.Bounds.Count);
        WriteSample(family.Name, "_bucket", series.Labels, "+Inf", count);
        WriteSample(family.Name, "_sum", series.Labels, "", series.Value);
        WriteSample(family.Name, "_count", series.Labels, "", count);
    }

    private void WriteSample(string name, string suffix, string labels, string bound, double value)
    {
        text.Append(name).Append(suffix);
        if (labels.Length + bound.Length > 0)
        {
            text.Append('{').Append(labels);
            if (bound.Length > 0)
                text.Append(labels.Length > 0 ? "," : "").Append("le=\"").Append(bound).Append('"');
            text.Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private string Bound(double bound)
    {
        var number = Number(bound);
        return openMetrics && !number.Contains('.') && !number.Contains('E') ? number + ".0" : number;
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
