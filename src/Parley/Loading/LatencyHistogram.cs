using System.Numerics;

namespace Parley.Loading;

/// <summary>
/// Counts durations in buckets less than 1 % wide, so that percentiles of millions of them need a few kilobytes. Any thread may record.
/// </summary>
public sealed class LatencyHistogram
{
    private const int SubBits = 7;
    private const int Subs = 1 << SubBits;
    private const int MostBits = 40;

    private readonly long[] counts = new long[(MostBits - SubBits + 2) * Subs];
    private long total;
    private long maximum;

    /// <summary>How many were recorded.</summary>
    public long Count => Interlocked.Read(ref total);

    /// <summary>The longest, in milliseconds; 0 when there is none.</summary>
    public double MaxMs => Interlocked.Read(ref maximum) / 1000.0;

    /// <summary>Records a duration in microseconds; one below zero counts as zero, one of more than twelve days as that.</summary>
    public void RecordMicroseconds(long value)
    {
        value = Math.Clamp(value, 0, (1L << MostBits) - 1);
        Interlocked.Increment(ref counts[Index(value)]);
        Interlocked.Increment(ref total);
        for (var seen = Interlocked.Read(ref maximum); value > seen;)
        {
            var before = Interlocked.CompareExchange(ref maximum, value, seen);
            if (before == seen)
                break;
            seen = before;
        }
    }

    /// <summary>Records a duration.</summary>
    public void Record(TimeSpan duration) => RecordMicroseconds(duration.Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>The duration in milliseconds that the share <paramref name="quantile"/> (0 to 1) does not exceed; null when there is none.</summary>
    public double? QuantileMs(double quantile)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(quantile);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quantile, 1);
        var wanted = Math.Max(1, (long)Math.Ceiling(quantile * Count));
        long passed = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            passed += Interlocked.Read(ref counts[i]);
            if (passed >= wanted)
                return Math.Min(Middle(i) / 1000.0, MaxMs);
        }

        return null;
    }

    private static int Index(long value)
    {
        if (value < Subs)
            return (int)value;

        // The highest bit says which power of two, the seven below it which of its 128 parts.
        var shift = BitOperations.Log2((ulong)value) - SubBits;
        return ((shift + 1) << SubBits) + (int)((value >> shift) - Subs);
    }

    private static double Middle(int index)
    {
        if (index < Subs)
            return index;

        var shift = (index >> SubBits) - 1;
        var low = (long)((index & (Subs - 1)) + Subs) << shift;
        return low + (((1L << shift) - 1) / 2.0);
    }
}
