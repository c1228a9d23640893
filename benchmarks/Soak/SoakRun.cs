using System.Globalization;
using Parley.Calling;

namespace Parley.Soak;

/// <summary>A soak: a few calls to warm up, a look at rest, calls for the time given, and a look at rest again.</summary>
internal sealed class SoakRun(SoakPlan plan, TimeProvider time)
{
    private static readonly string[] Scripts = ["reservation", "correction", "haircut", "hours", "interrupt", "person", "message"];

    /// <summary>After the last call: connections close, the garbage is collected, idle threads of the pool end (20 s, .NET's default).</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(45);

    /// <summary>Runs it; 0 when nothing is left of the calls.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(15) };
        var scripts = Scripts.Select(s => CallScriptReader.ReadFile(Path.Combine(plan.Samples.FullName, "audio", s + ".yaml"))).ToList();
        var (server, address) = await SoakServer.StartAsync(plan.Samples, time);
        await using var running = server;
        var callers = new Callers(address, http, scripts, time);

        Say($"Warming up with {scripts.Count} calls.");
        await Task.WhenAll(scripts.Select((script, line) => callers.CallAsync(script, line)));
        await RestAsync(http, address);
        var before = await Sample.TakeAsync(http, address, 0, collect: true);
        var warmUp = callers.Placed;

        Say($"{plan.Calls} calls at a time for {plan.Duration.TotalMinutes:0.#} minutes.");
        var samples = new List<Sample>();
        var start = time.GetTimestamp();
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            stop.CancelAfter(plan.Duration);
            var calls = Enumerable.Range(0, plan.Calls).Select(line => callers.CallOnAsync(line, plan.Seed, stop.Token)).ToArray();
            var all = Task.WhenAll(calls);
            using var timer = new PeriodicTimer(plan.Every, time);
            while (!all.IsCompleted && await timer.WaitForNextTickAsync(CancellationToken.None))
                samples.Add(await Sample.TakeAsync(http, address, time.GetElapsedTime(start).TotalSeconds));
            await all;
        }

        Say("All calls are over.");
        await RestAsync(http, address);
        var after = await Sample.TakeAsync(http, address, time.GetElapsedTime(start).TotalSeconds, collect: true);
        samples.Add(after);

        var verdict = new Verdict(plan, samples, before, after, callers.Placed - warmUp, callers.Failed, callers.Latency(), server.Complaints);
        await WriteAsync(samples, verdict);
        foreach (var line in verdict.Lines)
            Console.WriteLine(line);
        foreach (var (why, count) in callers.Failures)
            Console.WriteLine($"  {count} x {why}");
        return verdict.Passed ? 0 : 1;
    }

    private async Task RestAsync(HttpClient http, Uri address)
    {
        await Sample.TakeAsync(http, address, 0, collect: true);
        await Task.Delay(Settle, time);
    }

    private async Task WriteAsync(IReadOnlyList<Sample> samples, Verdict verdict)
    {
        plan.Results.Create();
        var name = Path.Combine(
            plan.Results.FullName, "soak-" + time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        await File.WriteAllLinesAsync(name + ".csv", [Sample.CsvHeader, .. samples.Select(s => s.ToCsv())]);
        await File.WriteAllTextAsync(name + ".svg", Graph.Draw(samples, verdict.Lines));
        Say($"Written: {name}.csv and .svg");
    }

    private void Say(string text) => Console.Error.WriteLine($"{time.GetUtcNow():HH:mm:ss} {text}");
}
