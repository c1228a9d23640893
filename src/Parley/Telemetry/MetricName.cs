namespace Parley.Telemetry;

/// <summary>
/// An instrument's name and unit as Prometheus wants them, by OpenTelemetry's compatibility rules: letters, digits and underscores, the
/// unit in full as a suffix, base units only. Milliseconds therefore become seconds (<see cref="Scale"/> 0.001).
/// </summary>
/// <param name="Base">The name without <c>_total</c>.</param>
/// <param name="Unit">The unit's word, or empty.</param>
/// <param name="Scale">What values are divided by.</param>
internal readonly record struct MetricName(string Base, string Unit, double Scale)
{
    public static MetricName Of(string instrument, string? unit, MetricKind kind)
    {
        var (word, scale) = unit switch
        {
            "s" => ("seconds", 1.0),
            "ms" => ("seconds", 1e3),
            "us" => ("seconds", 1e6),
            "ns" => ("seconds", 1e9),
            "By" => ("bytes", 1.0),
            "1" when kind == MetricKind.Gauge => ("ratio", 1.0),
            _ => ("", 1.0),
        };
        var name = Clean(instrument);
        if (kind == MetricKind.Counter && name.EndsWith("_total", StringComparison.Ordinal))
            name = name[..^"_total".Length];
        if (word.Length > 0 && !name.EndsWith('_' + word, StringComparison.Ordinal))
            name += '_' + word;
        return new MetricName(name, word, scale);
    }

    /// <summary>A name of letters, digits and underscores.</summary>
    public static string Clean(string name)
    {
        var clean = string.Create(name.Length, name, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
        });
        return clean.Length == 0 || char.IsAsciiDigit(clean[0]) ? '_' + clean : clean;
    }
}
