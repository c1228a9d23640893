using System.Globalization;
using Parley.Calling;

namespace Parley.Soak;

/// <summary>Callers who come and go: each plays a sample call, hangs up in the middle of every fifth, waits a little and calls again.</summary>
internal sealed class Callers(Uri server, HttpClient http, IReadOnlyList<CallScript> scripts, TimeProvider time)
{
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(150);
    private readonly Lock gate = new();
    private readonly List<int> latencies = [];
    private readonly Dictionary<string, int> failures = [];
    private int placed;
    private int failed;

    public int Placed => Volatile.Read(ref placed);

    public int Failed => Volatile.Read(ref failed);

    /// <summary>What went wrong, and how often.</summary>
    public IReadOnlyDictionary<string, int> Failures
    {
        get
        {
            lock (gate)
                return new Dictionary<string, int>(failures);
        }
    }

    /// <summary>Calls until told to stop; the call in hand is brought to its end.</summary>
    public async Task CallOnAsync(int line, int seed, CancellationToken stop)
    {
        var random = new Random(seed * 1000 + line);
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * 15), time, stop);
            while (!stop.IsCancellationRequested)
            {
                await CallAsync(scripts[random.Next(scripts.Count)], line, random.Next(5) == 0 ? random.Next(5, 20) : null);
                await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * 5), time, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    /// <summary>Places one call.</summary>
    public async Task CallAsync(CallScript script, int line, int? hangUpAfterSeconds = null)
    {
        Interlocked.Increment(ref placed);
        var from = "+1415555" + (1000 + line).ToString(CultureInfo.InvariantCulture);
        var meter = new LatencyMeter();
        meter.Expect(null);
        var caller = new ScriptedCaller(script);
        caller.StepStarted += begun =>
        {
            if (begun.Step.Say is not null && !begun.Interrupting)
                meter.Expect(begun);
        };
        var call = new TwilioCall(
            new TwilioCallOptions { Server = server, From = from, To = script.To, DialStatus = script.DialStatus, MaxDuration = LongestCall },
            http, time, meter);
        using var hangUp = new CancellationTokenSource(
            hangUpAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan, time);
        try
        {
            var outcome = await call.RunAsync(caller, hangUp.Token);
            if (outcome.Violations is [var first, ..])
                Fail(first.Message);
            else if (outcome.End == CallEnd.TimedOut)
                Fail("the call did not come to its end");
            lock (gate)
                latencies.AddRange(meter.Turns.Select(t => t.PlayedMs));
        }
        catch (CallFailedException e)
        {
            Fail(e.Message);
        }
    }

    /// <summary>How long answers took, in milliseconds, at the 50th and the 95th of a hundred.</summary>
    public (int P50, int P95) Latency()
    {
        lock (gate)
        {
            var sorted = latencies.Order().ToList();
            return sorted.Count == 0 ? (0, 0) : (sorted[sorted.Count / 2], sorted[sorted.Count * 95 / 100]);
        }
    }

    private void Fail(string why)
    {
        Interlocked.Increment(ref failed);
        // Addresses and ids make every message another one.
        var kind = string.Join(' ', why.Split(' ').Where(w => !w.Contains("://", StringComparison.Ordinal)));
        lock (gate)
            failures[kind] = failures.GetValueOrDefault(kind) + 1;
    }
}
