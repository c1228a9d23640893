using System.Security.Cryptography;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Parley.Persistence.Embedded;

/// <summary>
/// A PostgreSQL server of Parley's own, in its data folder, reachable through a Unix socket only. It is started detached
/// (<c>pg_ctl</c>), so that Ctrl+C in a terminal does not take it away while calls are still written down. When Parley is killed the
/// server lives on; the next start on the same folder takes it over. One process looks after a server, told by a file lock: only that
/// one stops it, others on the same folder share it.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class EmbeddedPostgres : IAsyncDisposable
{
    private const string User = "parley";
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>How often it is looked whether the server is still there: reading one small file.</summary>
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource stopWatching = new();
    private readonly SemaphoreSlim changing = new(1, 1);
    private readonly ServerUser user;
    private readonly PostgresLayout layout;
    private readonly PostgresPrograms programs;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private FileStream? ownerLock;
    private Task watch = Task.CompletedTask;

    private EmbeddedPostgres(ServerUser user, PostgresLayout layout, PostgresPrograms programs, TimeProvider time, ILogger logger)
    {
        this.user = user;
        this.layout = layout;
        this.programs = programs;
        this.time = time;
        this.logger = logger;
    }

    /// <summary>How to connect to the database <c>parley</c>.</summary>
    public string ConnectionString => ConnectionStringFor("parley");

    /// <summary>Whether this process looks after the server, and stops it in the end.</summary>
    public bool IsOwner => ownerLock is not null;

    /// <summary>Id of the server process; null when it is not running.</summary>
    public int? ProcessId => Postmaster.Find(layout);

    /// <summary>Folder of the server's files.</summary>
    public string Directory => layout.Root;

    /// <summary>Starts the server, or joins the one that already runs on the data folder, and makes sure its database is there.</summary>
    /// <exception cref="EmbeddedPostgresException">It cannot be run; the message says why, with the end of the server's log.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(
        DatabaseOptions options, TimeProvider time, ILogger<EmbeddedPostgres> logger, CancellationToken cancellationToken)
    {
        var user = ServerUser.Find();
        var layout = PostgresLayout.For(options.DataDirectory, user, out var closedParent);
        var programs = await PostgresPrograms.FindAsync(options.PostgresBinDirectory, cancellationToken);
        var server = new EmbeddedPostgres(user, layout, programs, time, logger);
        if (closedParent is not null)
            server.LogMoved(layout.Root, closedParent);
        try
        {
            await server.StartAsync(options, cancellationToken);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        server.watch = server.WatchAsync(options);
        return server;
    }

    /// <summary>Tells that the server was away and is back.</summary>
    internal event Action? Restarted;

    /// <summary>Stops the server, running transactions rolled back, lets something be done, and starts it again.</summary>
    internal async Task RestartAsync(DatabaseOptions options, Func<Task> whileDown, CancellationToken cancellationToken)
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            await StopServerAsync(cancellationToken);
            await whileDown();
            await StartAsync(options, cancellationToken);
        }
        finally
        {
            changing.Release();
        }
    }

    private async Task StopServerAsync(CancellationToken cancellationToken)
    {
        if (Postmaster.Find(layout) is null)
            return;
        var result = await user.RunAsync(
            programs.PgCtl, ["stop", "-D", layout.Cluster, "-m", "fast", "-w", "-t", "60", "-s"], cancellationToken);
        if (result.ExitCode != 0)
            LogStopFailed(result.Output);
    }

    /// <summary>Leaves the server to itself, as the death of this process would.</summary>
    internal async Task AbandonAsync()
    {
        await StopWatchingAsync();
        if (this.ownerLock is { } ownerLock)
            await ownerLock.DisposeAsync();
        this.ownerLock = null;
    }

    /// <summary>Stops the server when this process looks after it.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopWatchingAsync();
        if (this.ownerLock is not { } ownerLock)
            return;
        NpgsqlConnection.ClearAllPools();
        await StopServerAsync(CancellationToken.None);
        // One outside the data folder would be left lying in the temporary folder.
        if (ProcessId is null && !layout.SocketFolder.StartsWith(layout.Root, StringComparison.Ordinal) && System.IO.Directory.Exists(layout.SocketFolder))
            System.IO.Directory.Delete(layout.SocketFolder, recursive: true);
        this.ownerLock = null;
        await ownerLock.DisposeAsync();
    }

    /// <summary>How to connect to one of the server's databases.</summary>
    internal string ConnectionStringFor(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = layout.SocketFolder,
        Username = User,
        Password = File.ReadAllText(layout.Password).Trim(),
        Database = database,
    }.ConnectionString;

    private async Task StopWatchingAsync()
    {
        await stopWatching.CancelAsync();
        await watch;
    }

    /// <summary>Starts the server again when it went away: killed for want of memory, or stopped by the process that looked after it.</summary>
    private async Task WatchAsync(DatabaseOptions options)
    {
        var stopping = stopWatching.Token;
        using var timer = new PeriodicTimer(WatchInterval, time);
        var told = false;
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                await changing.WaitAsync(stopping);
                try
                {
                    if (Postmaster.Find(layout) is not null)
                        continue;
                    if (!told)
                        LogGone();
                    await StartAsync(options, stopping);
                    told = false;
                    Restarted?.Invoke();
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // Tried again at the next tick: the journal keeps what happens meanwhile. A full disk may take hours, and fills with logs too.
                    if (!told)
                        LogRestartFailed(e);
                    told = true;
                }
                finally
                {
                    changing.Release();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task StartAsync(DatabaseOptions options, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await CreateFoldersAsync(cancellationToken);
        var launched = false;
        while (true)
        {
            // The process that looked after the server may go while we wait for it.
            ownerLock ??= TryLock();
            var running = Postmaster.Find(layout);
            if (running is null && IsOwner)
            {
                if (!System.IO.Directory.Exists(layout.Cluster))
                    await CreateClusterAsync(options, cancellationToken);
                await LaunchAsync(options, cancellationToken);
                launched = true;
                continue;
            }

            var error = running is null ? "Another Parley looks after the server, which is not there yet." : await TryConnectAsync(cancellationToken);
            if (error is null)
                break;
            if (time.GetElapsedTime(started) > options.StartTimeout)
            {
                throw new EmbeddedPostgresException(
                    $"The embedded PostgreSQL did not answer within {options.StartTimeout.TotalSeconds:0} s: {error}\n" +
                    $"The end of {layout.Log}:\n{layout.LogTail()}");
            }

            await Task.Delay(PollInterval, time, cancellationToken);
        }

        LogReady(programs.Major, launched ? "started" : IsOwner ? "taken over" : "shared", layout.Root,
            (long)time.GetElapsedTime(started).TotalMilliseconds);
    }

    private async Task CreateFoldersAsync(CancellationToken cancellationToken)
    {
        const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var folder in (string[])[layout.Root, layout.SocketFolder])
        {
            if (System.IO.Directory.Exists(folder))
                continue;
            var parent = Path.GetDirectoryName(folder)!;
            System.IO.Directory.CreateDirectory(parent);
            System.IO.Directory.CreateDirectory(folder, OnlyOwner);
            await user.OwnAsync(folder, cancellationToken);
        }
    }

    private FileStream? TryLock()
    {
        try
        {
            // On Unix this takes an flock, which the system frees when the process dies, however it dies.
            return new FileStream(layout.OwnerLock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task CreateClusterAsync(DatabaseOptions options, CancellationToken cancellationToken)
    {
        LogCreating(layout.Root);
        if (System.IO.Directory.Exists(layout.NewCluster))
            System.IO.Directory.Delete(layout.NewCluster, recursive: true);
        await File.WriteAllTextAsync(layout.Password, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)), cancellationToken);
        File.SetUnixFileMode(layout.Password, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await user.OwnAsync(layout.Password, cancellationToken);
        string[] arguments =
        [
            "-D", layout.NewCluster, "-U", User, "--pwfile", layout.Password, "--auth=scram-sha-256",
            "--encoding=UTF8", "--no-locale", "--data-checksums", "--no-instructions",
        ];
        var result = await user.RunAsync(programs.InitDb, options.Durable ? arguments : [.. arguments, "--no-sync"], cancellationToken);
        if (result.ExitCode != 0)
            throw new EmbeddedPostgresException($"The embedded database could not be created in {layout.Root}: {result.Output}");
        await File.AppendAllTextAsync(
            Path.Combine(layout.NewCluster, "postgresql.conf"), "\ninclude_if_exists = 'parley.conf'\n", cancellationToken);
        System.IO.Directory.Move(layout.NewCluster, layout.Cluster);
    }

    private async Task LaunchAsync(DatabaseOptions options, CancellationToken cancellationToken)
    {
        var version = (await File.ReadAllTextAsync(Path.Combine(layout.Cluster, "PG_VERSION"), cancellationToken)).Trim();
        if (version != programs.Major.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            throw new EmbeddedPostgresException(
                $"The data in {layout.Cluster} was written by PostgreSQL {version}, and {programs.Directory} is version {programs.Major}. " +
                $"Install version {version} and name its folder in Database:PostgresBinDirectory, or move the data with pg_upgrade.");
        }

        var settings = Path.Combine(layout.Cluster, "parley.conf");
        await File.WriteAllTextAsync(settings, PostgresSettings.For(layout.SocketFolder, options.Durable), cancellationToken);
        await user.OwnAsync(settings, cancellationToken);
        if (File.Exists(layout.Log) && new FileInfo(layout.Log).Length > PostgresSettings.LargestLogBytes)
            File.Move(layout.Log, layout.Log + ".1", overwrite: true);

        // Not waiting here: whether it answers is asked over its socket, which also covers a server that was already running.
        var result = await user.RunAsync(
            programs.PgCtl, ["start", "-D", layout.Cluster, "-l", layout.Log, "-W", "-s"], cancellationToken);
        if (result.ExitCode != 0)
            throw new EmbeddedPostgresException($"The embedded PostgreSQL could not be started: {result.Output}\n{layout.LogTail()}");
        await WaitForProcessAsync(cancellationToken);
    }

    /// <summary>Waits for the fresh server to claim its folder, or to give up.</summary>
    private async Task WaitForProcessAsync(CancellationToken cancellationToken)
    {
        // A server that was killed a moment ago may still have workers on their way out; the new one refuses until they are gone.
        for (var attempt = 1; attempt <= 100; attempt++)
        {
            if (Postmaster.Find(layout) is not null)
                return;
            await Task.Delay(PollInterval, time, cancellationToken);
            if (attempt % 20 != 0 || Postmaster.Find(layout) is not null)
                continue;
            await user.RunAsync(programs.PgCtl, ["start", "-D", layout.Cluster, "-l", layout.Log, "-W", "-s"], cancellationToken);
        }

        throw new EmbeddedPostgresException(
            $"The embedded PostgreSQL stopped at once. The end of {layout.Log}:\n{layout.LogTail()}");
    }

    /// <summary>Connects once and creates the database when it is missing; returns what is in the way, or null.</summary>
    private async Task<string?> TryConnectAsync(CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionStringFor("postgres")) { Pooling = false, Timeout = 5 };
        try
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using var find = new NpgsqlCommand("select 1 from pg_database where datname = 'parley'", connection);
            if (await find.ExecuteScalarAsync(cancellationToken) is null)
            {
                await using var create = new NpgsqlCommand("create database parley", connection);
                await create.ExecuteNonQueryAsync(cancellationToken);
            }

            return null;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword)
        {
            throw new EmbeddedPostgresException(
                $"The embedded PostgreSQL in {layout.Root} refuses the password in {layout.Password}; restore that file.", e);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            return null;
        }
        catch (NpgsqlException e)
        {
            // Starting, recovering, or on its way out.
            return e.Message;
        }
    }

    [LoggerMessage(6001, LogLevel.Information, "Creating the embedded database in {Folder}; this takes a few seconds")]
    private partial void LogCreating(string folder);

    [LoggerMessage(6002, LogLevel.Information, "Embedded PostgreSQL {Major} {How} in {Folder} after {ElapsedMs} ms")]
    private partial void LogReady(int major, string how, string folder, long elapsedMs);

    [LoggerMessage(6003, LogLevel.Warning,
        "The embedded database is kept in {Folder}: the database's user cannot enter {ClosedParent}, which is above the data directory")]
    private partial void LogMoved(string folder, string closedParent);

    [LoggerMessage(6005, LogLevel.Error, "The embedded PostgreSQL is gone; starting it again")]
    private partial void LogGone();

    [LoggerMessage(6006, LogLevel.Error, "The embedded PostgreSQL could not be started again; trying on")]
    private partial void LogRestartFailed(Exception exception);

    [LoggerMessage(6004, LogLevel.Warning, "The embedded PostgreSQL did not stop: {Output}")]
    private partial void LogStopFailed(string output);
}
