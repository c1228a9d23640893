using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Persistence.Calls;
using Parley.Persistence.Maintenance;
using Parley.Tests.Database;

namespace Parley.Persistence.Tests;

/// <summary>What gives way when the disk is full, and that nobody's words do.</summary>
public sealed class DiskTests(PostgresFixture postgres) : IDisposable
{
    private static readonly TimeSpan Enough = TimeSpan.FromMinutes(1);
    private readonly string folder = PostgresServer.NewFolder();
    private bool mounted;

    public void Dispose()
    {
        if (mounted)
            Run("umount", folder);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_oldest_captures_give_way_first_then_timelines_phrases_and_old_logs_and_never_the_journal()
    {
        string[] order =
        [
            "captures/2026-11-19/a.parleycap", "captures/2026-11-20/b.parleycap", "timelines/c.json", "phrases/d.phrase", "postgres/postgres.log.1",
        ];
        var room = Room(out var lines);
        foreach (var (name, age) in order.Select((name, i) => (name, order.Length - i)))
            Put(name, 100, age);
        Put("journal/spool-1.jsonl", 100, 99);
        Put("postgres/postgres.log", 100, 99);
        var free = 400L;
        room.Measure = _ => (free, 10_000);

        for (var given = 1; given <= order.Length; given++)
        {
            // One file's worth is missing to the thousand bytes to be kept free.
            free = 901;
            room.MakeRoom().ShouldBe(100);
            order.Select(Exists).ShouldBe(Enumerable.Range(0, order.Length).Select(i => i >= given));
        }

        room.MakeRoom().ShouldBe(0);
        Exists("journal/spool-1.jsonl").ShouldBeTrue();
        Exists("postgres/postgres.log").ShouldBeTrue();
        // A day without recordings goes with its last one; the folder itself stays for the next.
        Directory.Exists(Path.Combine(folder, "captures/2026-11-19")).ShouldBeFalse();
        Directory.Exists(Path.Combine(folder, "captures")).ShouldBeTrue();

        // A disk that stays full is reported once, and once when it is not any more.
        for (var i = 0; i < 3; i++)
            room.Tend().ShouldBeFalse();
        room.IsShort.ShouldBeTrue();
        free = 5000;
        for (var i = 0; i < 3; i++)
            room.Tend().ShouldBeTrue();
        lines.Ids.Count(id => id == 6711).ShouldBe(1);
        lines.Ids.Count(id => id == 6712).ShouldBe(1);
    }

    [Fact]
    public void Recordings_keep_to_their_budget_on_a_disk_with_room()
    {
        var room = Room(out _, maxDiagnostics: 250);
        room.Measure = _ => (1_000_000, 2_000_000);
        for (var i = 1; i <= 4; i++)
            Put($"captures/2026-11-20/{i}.parleycap", 100, age: 10 - i);
        Put("phrases/old.phrase", 1000, age: 99);

        room.Tend().ShouldBeTrue();

        Directory.GetFiles(Path.Combine(folder, "captures"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order()
            .ShouldBe(["3.parleycap", "4.parleycap"]);
        Exists("phrases/old.phrase").ShouldBeTrue();
    }

    [Fact]
    public async Task On_a_full_disk_a_capture_gives_way_to_what_is_said_and_without_any_left_memory_keeps_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "a small file system is mounted, which needs root on Linux");
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder) == 0, "no file system may be mounted here");
        mounted = true;
        var connectionString = await postgres.Server.CreateDatabaseAsync();
        await using var world = await TestWorld.OnAsync(connectionString);
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        var call = await world.StartCallAsync(tenant, "CA1");
        await using var away = PostgresServer.Open(connectionString);
        var finisher = new CallFinisher(away, TestWorld.BookingPlan, world.Clock, NullLogger<CallFinisher>.Instance);
        var lines = new LogIds<CallJournal>();
        var options = new DatabaseOptions { DataDirectory = folder };
        Put("captures/2026-11-19/old.parleycap", 200_000, age: 2);
        Put("captures/2026-11-20/new.parleycap", 200_000, age: 1);
        Fill("ballast-1");
        await using var journal = new CallJournal(
            away, finisher, options, world.Clock, new Meters(), lines, room: new DiskRoom(options, NullLogger<DiskRoom>.Instance));
        journal.Start();

        journal.Write(world.Turn(call.CallId, 0, "Turn 0"));
        await UntilAsync(() => journal.Spooled == 1);
        Exists("captures/2026-11-19/old.parleycap").ShouldBeFalse();
        Exists("captures/2026-11-20/new.parleycap").ShouldBeTrue();
        lines.Ids.ShouldNotContain(6505);

        // Nothing is left that could give way.
        File.Delete(Path.Combine(folder, "captures/2026-11-20/new.parleycap"));
        Fill("ballast-2");
        for (var i = 1; i <= 30; i++)
            journal.Write(world.Turn(call.CallId, i, $"Turn {i} " + new string('x', 400)));
        await UntilAsync(() => journal.FailedAppends >= 3 && lines.Ids.Contains(6505));
        lines.Ids.Count(id => id == 6505).ShouldBe(1);

        // There is room again: what was in memory goes to the disk.
        File.Delete(Path.Combine(folder, "ballast-2"));
        await UntilAsync(() => journal.Spooled == 31 && lines.Ids.Contains(6509));
        lines.Ids.Count(id => id == 6509).ShouldBe(1);
        lines.Ids.Count(id => id == 6505).ShouldBe(1);

        journal.Write(world.End(call.CallId));
        await away.StartAsync(default);
        await journal.StopAsync(Enough);

        (await world.ScalarAsync<int>("select count(*) from turns")).ShouldBe(31);
        (await world.ScalarAsync<string>("select summary from leads")).ShouldBe("31 turns");
    }

    private DiskRoom Room(out LogIds<DiskRoom> lines, long maxDiagnostics = long.MaxValue) => new(
        new DatabaseOptions { DataDirectory = folder, Disk = new DiskOptions { MinFreeBytes = 1L << 40, MaxDiagnosticsBytes = maxDiagnostics } },
        lines = new LogIds<DiskRoom>());

    private void Put(string name, int bytes, int age)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, new byte[bytes]);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 11, 21, 0, 0, 0, DateTimeKind.Utc).AddHours(-age));
    }

    private bool Exists(string name) => File.Exists(Path.Combine(folder, name));

    // To the last byte: smaller and smaller pieces until none fits.
    private void Fill(string name)
    {
        using var file = new FileStream(Path.Combine(folder, name), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var piece = 1 << 16; piece > 0; piece /= 2)
        {
            try
            {
                while (true)
                    file.Write(new byte[piece]);
            }
            catch (IOException)
            {
                // Full, for pieces of this size.
            }
        }
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(Enough);
        while (!holds())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }

    private sealed class LogIds<T> : ILogger<T>
    {
        private readonly List<int> ids = [];

        public IReadOnlyList<int> Ids
        {
            get
            {
                lock (ids)
                    return [.. ids];
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (ids)
                ids.Add(eventId.Id);
        }
    }
}
