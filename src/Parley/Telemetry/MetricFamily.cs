using System.Diagnostics.Metrics;

namespace Parley.Telemetry;

/// <summary>One instrument with all its series. Any thread may record; the number of series is bounded.</summary>
internal sealed class MetricFamily(string name, string unit, double scale, string help, MetricKind kind, bool observed, double[] bounds)
{
    /// <summary>Series an instrument may have; what comes beyond is counted together, under <see cref="Overflow"/>.</summary>
    public const int MaxSeries = 200;

    /// <summary>The label of what came beyond the bound; the name is OpenTelemetry's.</summary>
    public const string Overflow = "otel_metric_overflow=\"true\"";

    /// <summary>Seconds; OpenTelemetry's bounds for the durations of requests.</summary>
    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly Lock adding = new();
    private MetricSeries[] series = [];
    private MetricSeries? overflow;

    /// <summary>Name without <c>_total</c>.</summary>
    public string Name => name;

    public string Unit => unit;

    public string Help => help;

    public MetricKind Kind => kind;

    /// <summary>Upper bounds of all buckets but the last, in the exported unit.</summary>
    public IReadOnlyList<double> Bounds => bounds;

    /// <summary>Asked at each collection, rather than told.</summary>
    public bool IsObserved => observed;

    public ReadOnlySpan<MetricSeries> Series => Volatile.Read(ref series);

    /// <summary>The collection that runs; set before observed instruments are asked.</summary>
    public long Collection { get; set; }

    public static MetricFamily? For(Instrument instrument)
    {
        if (KindOf(instrument) is not { } kind)
            return null;

        var name = MetricName.Of(instrument.Name, instrument.Unit, kind);
        double[] bounds = kind == MetricKind.Histogram ? Bounds(instrument, name.Scale) : [];
        return new MetricFamily(
            name.Base, name.Unit, name.Scale, instrument.Description ?? instrument.Name, kind, instrument.IsObservable, bounds);

        static double[] Bounds(Instrument instrument, double scale) => Advised(instrument) is { Count: > 0 } advised
            ? [.. advised.Select(bound => bound / scale)]
            : DefaultBounds;
    }

    public void Record(double measured, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (double.IsNaN(measured) && kind != MetricKind.Gauge)
            return;

        var value = measured / scale;
        var one = Find(tags);
        if (observed)
        {
            one.Set(value);
            one.SeenAt = Collection;
        }
        else if (kind == MetricKind.Histogram)
        {
            one.Observe(value, bounds);
        }
        else if (kind == MetricKind.Gauge || value >= 0)
        {
            one.Add(value);
        }
    }

    /// <summary>A gauge that is told its value.</summary>
    public void Set(double measured, ReadOnlySpan<KeyValuePair<string, object?>> tags) => Find(tags).Set(measured / scale);

    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = MetricSeries.HashOf(tags);
        foreach (var one in Volatile.Read(ref series))
        {
            if (one.Hash == hash && one.Has(tags))
                return one;
        }

        // Not made for what is counted together: a flood of different tags must not cost memory.
        return overflow ?? Add(tags, hash);
    }

    private MetricSeries Add(ReadOnlySpan<KeyValuePair<string, object?>> tags, int hash)
    {
        lock (adding)
        {
            if (series.Length >= MaxSeries)
            {
                overflow ??= new MetricSeries([], 0, Overflow, bounds.Length + 1);
                if (series[^1] != overflow)
                    Volatile.Write(ref series, [.. series, overflow]);
                return overflow;
            }

            var labels = MetricSeries.LabelsOf(tags);
            if (Array.Find(series, one => one.Labels == labels) is { } same)
                return same;

            var added = new MetricSeries(tags, hash, labels, kind == MetricKind.Histogram ? bounds.Length + 1 : 0);
            Volatile.Write(ref series, [.. series, added]);
            return added;
        }
    }

    private static MetricKind? KindOf(Instrument instrument)
    {
        var type = instrument.GetType();
        if (!type.IsGenericType)
            return null;
        var generic = type.GetGenericTypeDefinition();
        if (generic == typeof(Counter<>) || generic == typeof(ObservableCounter<>))
            return MetricKind.Counter;
        if (generic == typeof(Histogram<>))
            return MetricKind.Histogram;
        return generic == typeof(UpDownCounter<>) || generic == typeof(ObservableUpDownCounter<>)
            || generic == typeof(Gauge<>) || generic == typeof(ObservableGauge<>)
            ? MetricKind.Gauge
            : null;
    }

    private static List<double>? Advised(Instrument instrument) => instrument switch
    {
        Instrument<double> i => i.Advice?.HistogramBucketBoundaries?.ToList(),
        Instrument<long> i => i.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToList(),
        Instrument<int> i => i.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToList(),
        _ => null,
    };
}
