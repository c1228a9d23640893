using System.Globalization;

namespace Parley.ProviderBench;

/// <summary>Figures of many measurements, in milliseconds.</summary>
internal sealed class Figures(IEnumerable<double> values)
{
    private readonly double[] sorted = [.. values.Order()];

    public int Count => sorted.Length;

    /// <summary>The nearest-rank percentile; <c>-</c> when there is nothing.</summary>
    public string At(int percent) => sorted.Length == 0
        ? "-"
        : sorted[Math.Max(0, (int)Math.Ceiling(percent / 100.0 * sorted.Length) - 1)].ToString("N0", CultureInfo.InvariantCulture);
}
