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

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
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
