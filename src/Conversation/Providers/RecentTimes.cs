namespace Parley.Conversation.Providers;

/// <summary>How long a provider's first output took lately. Thread safe; allocates nothing.</summary>
internal sealed class RecentTimes
{
    private const int Kept = 64;

    // A 95th percentile of fewer says little.
    private const int Least = 20;

    private readonly Lock gate = new();
    private readonly double[] ms = new double[Kept];
    private int count;
    private int next;

    /// <summary>Adds a time in milliseconds.</summary>
    public void Add(double time)
    {
        lock (gate)
        {
            ms[next] = time;
            next = (next + 1) % Kept;
            count = Math.Min(count + 1, Kept);
        }
    }

    /// <summary>The 95th percentile in milliseconds; null while too little is known.</summary>
    public double? P95()
    {
        Span<double> sorted = stackalloc double[Kept];
        int known;
        lock (gate)
        {
            known = count;
            ms.AsSpan(0, known).CopyTo(sorted);
        }

        if (known < Least)
            return null;
        sorted = sorted[..known];
        sorted.Sort();
        return sorted[(int)Math.Ceiling(0.95 * known) - 1];
    }
}
