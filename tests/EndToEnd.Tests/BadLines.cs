using Parley.Calling;
using Parley.Conversation.Faults;

namespace Parley.EndToEnd.Tests;

/// <summary>A caller on each of several bad lines, all of them at once: a call takes half a minute of real time, and little else.</summary>
public sealed class BadLines : IAsyncDisposable
{
    public const string Slow = "delay=80ms,jitter=60ms,drop=1%";
    public const string Disordered = "duplicate=10%,reorder=10%,corrupt=1%,seed=4";
    public const string Stalling = "stall@4s=2s";
    public const string Cut = "cut@6s";
    public const string HalfOpen = "half-open@5s";

    private readonly Dictionary<string, Task<CallReport>> calls;

    public BadLines(SampleCalls shared) => calls = new[] { Slow, Disordered, Stalling, Cut, HalfOpen }.Select((faults, i) =>
    {
        var script = Repository.Script("hours") with { From = $"+1415555017{i + 1}" };
        var options = shared.Server.Options(script) with { Faults = FaultPlan.Parse(faults), MaxDuration = TimeSpan.FromSeconds(60) };
        return (faults, call: shared.Server.CallAsync(script, options));
    }).ToDictionary(line => line.faults, line => line.call);

    /// <summary>What came of the call with these faults.</summary>
    public Task<CallReport> this[string faults] => calls[faults];

    // A call that fails is its own test's failure, not everyone's.
    public async ValueTask DisposeAsync() => await Task.WhenAll(calls.Values).ContinueWith(_ => { }, TaskScheduler.Default);
}
