using Parley.Tests.Database;

namespace Parley.EndToEnd.Tests;

/// <summary>What callers notice of a database that goes away in the middle of their calls: nothing.</summary>
public sealed class DatabaseOutageTests : IAsyncLifetime
{
    private readonly DataFolder data = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(15) };
    private PostgresServer postgres = null!;

    public DatabaseOutageTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are stopped with signals and found in /proc");

    public async ValueTask InitializeAsync() => postgres = await PostgresServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await postgres.DisposeAsync();
        http.Dispose();
        data.Dispose();
    }

    [Fact]
    public Task A_database_that_does_not_answer_and_one_that_is_stopped_are_not_noticed_by_callers() => RunAsync(TimeSpan.Zero);

    [Fact]
    public Task Nor_are_they_when_each_takes_half_a_minute()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PARLEY_LONG") == "1", "takes two minutes: set PARLEY_LONG=1");
        return RunAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task What_a_killed_server_had_on_its_disk_only_is_written_by_its_next_start()
    {
        var database = ("ConnectionStrings__Parley", await postgres.CreateDatabaseAsync());
        var (first, address) = await ParleyProcess.ServeAsync(data, database);
        string key;
        string callSid;
        await using (first)
        {
            key = await first.KeyAsync();
            var caller = new PlacedCall(address, http, "hours", "+14155550163");
            callSid = caller.CallSid;
            await caller.GreetedAsync();
            postgres.Freeze();
            await Until.TrueAsync(async () => (await SpooledAsync()).Contains("Sunday", StringComparison.Ordinal));
            await first.KillAsync();
        }

        postgres.Thaw();
        var (second, again) = await ParleyProcess.ServeAsync(data, database);
        await using (second)
        {
            var api = new OwnersApi(again, key, http);
            await Until.TrueAsync(async () => (await api.FindAsync(callSid))?.Turns.Any(t => t.GeneratedText.Contains("Sunday", StringComparison.Ordinal)) == true);
            (await SpooledAsync()).ShouldBeEmpty();
            await second.TerminateAsync();
            await second.ExitAsync();
        }
    }

    private async Task RunAsync(TimeSpan outage)
    {
        var (program, address) = await ParleyProcess.ServeAsync(data, ("ConnectionStrings__Parley", await postgres.CreateDatabaseAsync()));
        await using (program)
        {
            var api = new OwnersApi(address, await program.KeyAsync(), http);
            List<PlacedCall> calls = [new(address, http, "reservation", "+14155550160")];
            await calls[0].GreetedAsync();

            postgres.Freeze();
            // A call to a number that was not called before, while nothing answers: taken, and known from the disk.
            calls.Add(new PlacedCall(address, http, "haircut", "+14155550161"));
            await calls[1].GreetedAsync();
            await Until.TrueAsync(async () => (await SpooledAsync()).Contains(calls[1].CallSid, StringComparison.Ordinal));
            await Task.Delay(outage, TimeProvider.System);
            postgres.Thaw();

            await postgres.WhileStoppedAsync(async () =>
            {
                calls.Add(new PlacedCall(address, http, "hours", "+14155550162"));
                await calls[2].GreetedAsync();
                await Task.Delay(outage, TimeProvider.System);
            });

            foreach (var call in calls)
                await call.WentWellAsync(api);
            program.Output.ShouldNotContain("\"LogLevel\":\"Critical\"");
            (await SpooledAsync()).ShouldBeEmpty();
            File.Exists(data.File("data/journal/rejected.jsonl")).ShouldBeFalse();
            await program.TerminateAsync();
            (await program.ExitAsync()).ShouldBe(0, program.Errors);
        }
    }

    // Not opened here: the server's lock on the file is honoured by this runtime.
    private async Task<string> SpooledAsync()
    {
        using var cat = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh", ["-c", "cat journal/spool-*.jsonl 2>/dev/null; true"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = data.File("data"),
        })!;
        return await cat.StandardOutput.ReadToEndAsync();
    }
}
