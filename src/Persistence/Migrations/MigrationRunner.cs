using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Parley.Persistence.Migrations;

/// <summary>
/// Brings the schema up to date: dated files, forward only, each in its transaction and noted with its checksum in
/// <c>schema_migrations</c>. An advisory lock lets one of several starting processes do it while the others wait.
/// </summary>
internal sealed partial class MigrationRunner(NpgsqlDataSource dataSource, TimeProvider time, ILogger<MigrationRunner> logger)
{
    /// <summary>The oldest server that is supported; the development and test version.</summary>
    private const int OldestServer = 15;

    /// <summary>Key of the advisory lock: "parley" in ASCII.</summary>
    private const long LockKey = 0x7061726c6579;

    /// <summary>Runs what is missing; returns the names of the migrations that ran.</summary>
    /// <exception cref="MigrationException">A migration failed, was changed after it ran, or is unknown to this version.</exception>
    public Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken) =>
        RunAsync(Migration.LoadEmbedded(), cancellationToken);

    internal async Task<IReadOnlyList<string>> RunAsync(IReadOnlyList<Migration> migrations, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        if (connection.PostgreSqlVersion.Major < OldestServer)
            throw new MigrationException($"PostgreSQL {connection.PostgreSqlVersion} is too old; version {OldestServer} or later is needed.");

        // Waiting for the other process may take as long as its migrations do.
        await connection.ExecuteAsync(new CommandDefinition(
            "select pg_advisory_lock(@LockKey)", new { LockKey }, commandTimeout: 0, cancellationToken: cancellationToken));
        try
        {
            return await RunLockedAsync(connection, migrations, cancellationToken);
        }
        finally
        {
            // Not cancelled: the connection goes back to the pool, and the lock must not go with it.
            await connection.ExecuteAsync("select pg_advisory_unlock(@LockKey)", new { LockKey });
        }
    }

    private async Task<IReadOnlyList<string>> RunLockedAsync(
        NpgsqlConnection connection, IReadOnlyList<Migration> migrations, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(new CommandDefinition(
            """
            create schema if not exists parley;
            create table if not exists parley.schema_migrations (
                name        text primary key,
                checksum    text not null,
                applied_at  timestamptz not null
            );
            """,
            cancellationToken: cancellationToken));
        var applied = (await connection.QueryAsync<(string Name, string Checksum)>(new CommandDefinition(
            "select name, checksum from parley.schema_migrations", cancellationToken: cancellationToken)))
            .ToDictionary(m => m.Name, m => m.Checksum, StringComparer.Ordinal);
        Check(migrations, applied);

        var ran = new List<string>();
        foreach (var migration in migrations.Where(m => !applied.ContainsKey(m.Name)))
        {
            await ApplyAsync(connection, migration, cancellationToken);
            LogApplied(migration.Name);
            ran.Add(migration.Name);
        }

        return ran;
    }

    private static void Check(IReadOnlyList<Migration> migrations, Dictionary<string, string> applied)
    {
        var known = migrations.ToDictionary(m => m.Name, StringComparer.Ordinal);
        foreach (var (name, checksum) in applied.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            if (!known.TryGetValue(name, out var migration))
            {
                throw new MigrationException(
                    $"The database has the migration '{name}', which this version of Parley does not know: it was written by a newer " +
                    "version. Start that version, or restore a backup from before the upgrade.");
            }

            if (migration.Checksum != checksum)
            {
                throw new MigrationException(
                    $"The migration '{name}' was changed after it ran on this database. Migrations are never edited; add a new one.");
            }
        }
    }

    private async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(new CommandDefinition(
                "set local search_path = parley, public;\n" + migration.Sql, commandTimeout: 0, cancellationToken: cancellationToken));
            await connection.ExecuteAsync(new CommandDefinition(
                "insert into parley.schema_migrations (name, checksum, applied_at) values (@Name, @Checksum, @AppliedAt)",
                new { migration.Name, migration.Checksum, AppliedAt = time.GetUtcNow() },
                cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException e)
        {
            throw new MigrationException($"The migration '{migration.Name}' failed and was rolled back: {e.MessageText}", e);
        }
    }

    [LoggerMessage(6101, LogLevel.Information, "Applied migration {Name}")]
    private partial void LogApplied(string name);
}
