using System.Globalization;

namespace Parley.Soak;

/// <summary>Whether anything grew, and whether everything was given back.</summary>
internal sealed class Verdict
{
    /// <summary>What memory may differ by at rest: the heap's fragments, caches that fill.</summary>
    private const long MemorySlack = 16 << 20;

    /// <summary>What handles and threads may differ by at rest: pooled database connections, the thread pool.</summary>
    private const int Slack = 20;

    /// <summary>Growth of resident memory in an hour, as a part of it. Judged in runs long enough for a slope to mean something.</summary>
    private const double MostGrowth = 0.10;
    private static readonly TimeSpan SlopeFrom = TimeSpan.FromMinutes(15);

    private readonly List<string> lines = [];

    public Verdict(
        SoakPlan plan, IReadOnlyList<Sample> samples, Sample before, Sample after, int placed, int failed, (int P50, int P95) latency, int complaints)
    {
        // The first quarter fills caches and pools; at the end calls only go.
        var steady = samples.Where(s => s.Seconds > plan.Duration.TotalSeconds / 4 && s.Seconds < plan.Duration.TotalSeconds).ToList();
        var rss = SlopePerHour(steady, s => s.RssBytes);
        var managed = SlopePerHour(steady, s => s.ManagedBytes);
        var handles = SlopePerHour(steady, s => s.Handles);
        var judged = plan.Duration >= SlopeFrom;
        var mean = steady.Count == 0 ? 0 : steady.Average(s => s.RssBytes);

        Say($"{placed} calls, {failed} failed; most at once {samples.Max(s => s.Sessions)}; answers after {latency.P50} ms (median), {latency.P95} ms (95%); {complaints} warnings or errors in the log");
        Say($"growth per hour: resident {Mb(rss)} MB, managed {Mb(managed)} MB, handles {handles:0}{(judged ? "" : " (too short a run to judge)")}");
        Say($"at rest before and after: managed {Mb(before.ManagedBytes)} and {Mb(after.ManagedBytes)} MB, resident {Mb(before.RssBytes)} and {Mb(after.RssBytes)} MB");
        Say($"at rest before and after: handles {before.Handles} and {after.Handles}, threads {before.Threads} and {after.Threads}, sessions {after.Sessions}, connections {after.Connections}");

        Require(after is { Sessions: 0, Connections: 0 }, "sessions are left");
        Require(after.ManagedBytes <= before.ManagedBytes + MemorySlack, "managed memory did not return");
        Require(after.Handles <= before.Handles + Slack, "handles did not return");
        Require(after.Threads <= before.Threads + Slack, "threads did not return");
        Require(!judged || rss <= mean * MostGrowth, "resident memory grows");
        Require(failed * 100 <= placed, "more than one call in a hundred failed");
        Say(Passed ? "VERDICT: nothing is left behind" : "VERDICT: not passed");
    }

    public bool Passed { get; private set; } = true;

    public IReadOnlyList<string> Lines => lines;

    /// <summary>Slope of the least-squares line, per hour.</summary>
    private static double SlopePerHour(List<Sample> samples, Func<Sample, double> value)
    {
        if (samples.Count < 2)
            return 0;
        var (x, y) = (samples.Average(s => s.Seconds), samples.Average(value));
        return samples.Sum(s => (s.Seconds - x) * (value(s) - y)) / samples.Sum(s => (s.Seconds - x) * (s.Seconds - x)) * 3600;
    }

    private static string Mb(double bytes) => (bytes / (1 << 20)).ToString("0.0", CultureInfo.InvariantCulture);

    private void Require(bool holds, string otherwise)
    {
        if (holds)
            return;
        Passed = false;
        Say("NOT SO: " + otherwise);
    }

    private void Say(string line) => lines.Add(line);
}
