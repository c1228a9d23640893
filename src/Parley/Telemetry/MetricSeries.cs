using System.Globalization;
using System.Text;

namespace Parley.Telemetry;

/// <summary>One combination of an instrument's tags, with its value or buckets. Recording takes no lock and allocates nothing.</summary>
internal sealed class MetricSeries
{
    /// <summary>Longer label values are cut: a label is a word, not a story.</summary>
    private const int MaxValueLength = 128;

    private readonly KeyValuePair<string, object?>[] tags;
    private readonly long[] buckets;
    private double value;

    public MetricSeries(ReadOnlySpan<KeyValuePair<string, object?>> tags, int hash, string labels, int buckets)
    {
        this.tags = tags.ToArray();
        this.buckets = new long[buckets];
        Hash = hash;
        Labels = labels;
    }

    public int Hash { get; }

    /// <summary>As <c>name="value",...</c>, escaped.</summary>
    public string Labels { get; }

    /// <summary>The collection that last saw it, for instruments that are asked.</summary>
    public long SeenAt { get; set; }

    /// <summary>The value; of a histogram the sum of all.</summary>
    public double Value => Volatile.Read(ref value);

    public void Add(double amount)
    {
        var seen = Volatile.Read(ref value);
        while (true)
        {
            var before = Interlocked.CompareExchange(ref value, seen + amount, seen);
            if (before.Equals(seen))
                return;
            seen = before;
        }
    }

    public void Set(double now) => Volatile.Write(ref value, now);

    public void Observe(double measured, double[] bounds)
    {
        // The first bound that is not below it; what is above all goes into the last bucket.
        var at = Array.BinarySearch(bounds, measured);
        Interlocked.Increment(ref buckets[at >= 0 ? at : ~at]);
        Add(measured);
    }

    public long Bucket(int index) => Interlocked.Read(ref buckets[index]);

    /// <summary>Whether it has these tags, in any order.</summary>
    public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> others)
    {
        if (others.Length != tags.Length)
            return false;
        foreach (var other in others)
        {
            var found = false;
            foreach (var tag in tags)
                found |= string.Equals(tag.Key, other.Key, StringComparison.Ordinal) && Equals(tag.Value, other.Value);
            if (!found)
                return false;
        }

        return true;
    }

    /// <summary>The same for the same tags in any order.</summary>
    public static int HashOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = tags.Length;
        foreach (var tag in tags)
            hash += HashCode.Combine(tag.Key, tag.Value);
        return hash;
    }

    public static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var sorted = tags.ToArray();
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        var text = new StringBuilder();
        foreach (var (name, tag) in sorted)
        {
            if (text.Length > 0)
                text.Append(',');
            text.Append(MetricName.Clean(name)).Append("=\"");
            Escape(text, Text(tag), quotes: true);
            text.Append('"');
        }

        return text.ToString();
    }

    public static void Escape(StringBuilder text, ReadOnlySpan<char> source, bool quotes)
    {
        foreach (var letter in source)
        {
            switch (letter)
            {
                case '\\':
                    text.Append(@"\\");
                    break;
                case '\n':
                    text.Append(@"\n");
                    break;
                case '"' when quotes:
                    text.Append("\\\"");
                    break;
                default:
                    text.Append(letter);
                    break;
            }
        }
    }

    private static string Text(object? tag)
    {
        var text = tag switch
        {
            null => "",
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(tag, CultureInfo.InvariantCulture) ?? "",
        };
        return text.Length <= MaxValueLength ? text : text[..MaxValueLength];
    }
}
