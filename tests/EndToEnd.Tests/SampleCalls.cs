using Parley.Calling;
using Parley.EndToEnd.Tests;

[assembly: AssemblyFixture(typeof(SampleCalls))]

namespace Parley.EndToEnd.Tests;

/// <summary>One server, which the sample callers all call at once, in real time.</summary>
public sealed class SampleCalls : IAsyncLifetime
{
    private readonly Dictionary<string, Task<CallReport>> calls = [];

    public static readonly string[] Names = ["reservation", "correction", "haircut", "hours", "interrupt", "person", "message"];

    public Server Server { get; private set; } = null!;

    /// <summary>What came of a sample call.</summary>
    public Task<CallReport> this[string name] => calls[name];

    public async ValueTask InitializeAsync()
    {
        Server = await Server.StartAsync();
        foreach (var name in Names)
            calls[name] = Server.CallAsync(Repository.Script(name));

        // A call that fails is its own test's failure, not everyone's.
        await Task.WhenAll(calls.Values).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
    }
}
