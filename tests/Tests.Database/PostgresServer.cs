#pragma warning disable CA1416 // The embedded server needs Linux or macOS, and so do the tests on it.
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Parley.Persistence;
using Parley.Persistence.Embedded;

namespace Parley.Tests.Database;

/// <summary>
/// One real, private PostgreSQL for a test run. A template database is migrated once; <see cref="CreateDatabaseAsync"/> clones it, which
/// takes some tens of milliseconds. A test project keeps it as an assembly fixture.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly EmbeddedPostgres server;
    private readonly string folder;
    private int databases;
    private int[] frozen = [];

    private PostgresServer(EmbeddedPostgres server, string folder)
    {
        this.server = server;
        this.folder = folder;
    }

    public static async Task<PostgresServer> StartAsync()
    {
        var folder = NewFolder();
        var server = await EmbeddedPostgres.StartAsync(
            new DatabaseOptions { DataDirectory = folder, Durable = false }, TimeProvider.System, NullLogger<EmbeddedPostgres>.Instance, default);
        await using var template = Open(server.ConnectionString);
        await template.StartAsync(default);
        return new PostgresServer(server, folder);
    }

    /// <summary>A folder that the server's user can enter too.</summary>
    public static string NewFolder() => Directory.CreateDirectory(
        Path.Combine(Path.GetTempPath(), $"parley-tests-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}")).FullName;

    /// <summary>A database object on a connection string; to be started.</summary>
    public static Persistence.Database Open(string connectionString) =>
        new(new DatabaseOptions(), connectionString, TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>A fresh database with the newest schema; returns its connection string.</summary>
    public Task<string> CreateDatabaseAsync() => CreateDatabaseAsync("template parley");

    /// <summary>A database without any schema.</summary>
    public Task<string> CreateEmptyDatabaseAsync() => CreateDatabaseAsync("");

    /// <summary>Stops every process of the server where it is: connections stay open, and nothing answers. Linux only.</summary>
    public void Freeze()
    {
        var id = server.ProcessId ?? throw new InvalidOperationException("The server does not run.");
        // The parent first, so that it starts no other child.
        Signal("-STOP", id);
        frozen = [id, .. ChildrenOf(id)];
        Signal("-STOP", frozen);
    }

    /// <summary>Lets it go on.</summary>
    public void Thaw()
    {
        if (frozen.Length > 0)
            Signal("-CONT", frozen);
        frozen = [];
    }

    /// <summary>Stops the server, so that connections break and new ones are refused, lets something be done, and starts it again.</summary>
    public Task WhileStoppedAsync(Func<Task> action) =>
        server.RestartAsync(new DatabaseOptions { DataDirectory = folder, Durable = false }, action, default);

    public async ValueTask DisposeAsync()
    {
        Thaw();
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static int[] ChildrenOf(int parent) =>
    [
        .. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)).Where(id => ParentOf(id) == parent),
    ];

    // proc(5): the parent is the second field after the command's name, which stands in parentheses.
    private static int ParentOf(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // Gone while we looked.
            return 0;
        }
    }

    private static void Signal(string signal, params IEnumerable<int> ids)
    {
        // A child may have ended meanwhile, which is no error.
        using var kill = System.Diagnostics.Process.Start("kill", [signal, .. ids.Select(id => id.ToString(CultureInfo.InvariantCulture))]);
        kill.WaitForExit();
    }

    private async Task<string> CreateDatabaseAsync(string options)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref databases)}");
        await using var connection = new NpgsqlConnection(For("postgres"));
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"create database {name} {options}", connection);
        await create.ExecuteNonQueryAsync();
        return For(name);
    }

    private string For(string database) => new NpgsqlConnectionStringBuilder(server.ConnectionString)
    {
        Database = database,
        // Test classes run at the same time on one server of 100 connections.
        MaxPoolSize = 20,
    }.ConnectionString;
}
