using Microsoft.Extensions.Logging;
using Npgsql;
using Parley.Persistence.Embedded;
using Parley.Persistence.Migrations;

namespace Parley.Persistence;

/// <summary>
/// The database: the configured server, or the embedded one, which it starts and stops. Everything else in this project gets its
/// connections here.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    private readonly DatabaseOptions options;
    private readonly string? connectionString;
    private readonly TimeProvider time;
    private readonly ILoggerFactory loggers;
    private readonly SemaphoreSlim starting = new(1, 1);
    private EmbeddedPostgres? embedded;
    private volatile NpgsqlDataSource? dataSource;

    /// <summary>Creates the database; nothing is started yet.</summary>
    /// <param name="options">Where the embedded server's data is.</param>
    /// <param name="connectionString">The server to use; null for the embedded one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes the logs.</param>
    public Database(DatabaseOptions options, string? connectionString, TimeProvider time, ILoggerFactory loggers)
    {
        DapperSetup.Ensure();
        this.options = options;
        this.connectionString = string.IsNullOrWhiteSpace(connectionString) ? null : connectionString;
        this.time = time;
        this.loggers = loggers;
    }

    /// <summary>Whether the server is Parley's own, in the data folder.</summary>
    public bool IsEmbedded => connectionString is null;

    /// <summary>Opens connections.</summary>
    /// <exception cref="DatabaseNotStartedException">The database was not started.</exception>
    public NpgsqlDataSource DataSource => dataSource ?? throw new DatabaseNotStartedException();

    /// <summary>Starts the embedded server when no other is configured, and runs the migrations. Calling it again does nothing.</summary>
    /// <exception cref="EmbeddedPostgresException">The embedded server cannot be run.</exception>
    /// <exception cref="MigrationException">The schema and this program do not fit.</exception>
    /// <exception cref="NpgsqlException">The configured server does not answer.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await starting.WaitAsync(cancellationToken);
        try
        {
            if (this.dataSource is not null)
                return;
            var connectionString = this.connectionString;
            if (connectionString is null)
            {
                if (OperatingSystem.IsWindows())
                    throw new EmbeddedPostgresException("The embedded database runs on Linux and macOS; here set ConnectionStrings:Parley.");
                var server = await EmbeddedPostgres.StartAsync(options, time, loggers.CreateLogger<EmbeddedPostgres>(), cancellationToken);
                embedded = server;
                connectionString = server.ConnectionString;
            }

            var dataSource = Build(connectionString);
            try
            {
                await new MigrationRunner(dataSource, time, loggers.CreateLogger<MigrationRunner>()).RunAsync(cancellationToken);
            }
            catch
            {
                await dataSource.DisposeAsync();
                await StopEmbeddedAsync();
                throw;
            }

            this.dataSource = dataSource;
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>Closes the connections and stops the embedded server.</summary>
    public async ValueTask DisposeAsync()
    {
        if (this.dataSource is { } dataSource)
            await dataSource.DisposeAsync();
        await StopEmbeddedAsync();
        starting.Dispose();
    }

    internal async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await DataSource.OpenConnectionAsync(cancellationToken);
        }
        catch (ObjectDisposedException e)
        {
            throw new DatabaseNotStartedException("The database was stopped.", e);
        }
    }

    private async Task StopEmbeddedAsync()
    {
        if (!OperatingSystem.IsWindows() && this.embedded is { } embedded)
            await embedded.DisposeAsync();
        this.embedded = null;
    }

    private NpgsqlDataSource Build(string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        var settings = builder.ConnectionStringBuilder;
        settings.SearchPath = "parley";
        settings.Enlist = false;
        settings.ApplicationName ??= "Parley";
        // Seconds. Finds out about a dead peer on the connection that only listens; ordinary ones are too short-lived to need it.
        if (settings.KeepAlive == 0)
            settings.KeepAlive = 30;
        builder.UseLoggerFactory(loggers);
        return builder.Build();
    }
}
