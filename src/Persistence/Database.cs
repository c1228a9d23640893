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
    private readonly DatabaseOptions _options;
    private readonly string? _connectionString;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly SemaphoreSlim _starting = new(1, 1);
    private EmbeddedPostgres? _embedded;
    private volatile NpgsqlDataSource? _dataSource;

    /// <summary>Creates the database; nothing is started yet.</summary>
    /// <param name="options">Where the embedded server's data is.</param>
    /// <param name="connectionString">The server to use; null for the embedded one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes the logs.</param>
    public Database(DatabaseOptions options, string? connectionString, TimeProvider time, ILoggerFactory loggers)
    {
        DapperSetup.Ensure();
        _options = options;
        _connectionString = string.IsNullOrWhiteSpace(connectionString) ? null : connectionString;
        _time = time;
        _loggers = loggers;
    }

    /// <summary>Whether <see cref="StartAsync"/> is through.</summary>
    public bool IsStarted => _dataSource is not null;

    /// <summary>Opens connections.</summary>
    /// <exception cref="InvalidOperationException">The database was not started.</exception>
    public NpgsqlDataSource DataSource => _dataSource ?? throw new InvalidOperationException("The database was not started.");

    /// <summary>Starts the embedded server when no other is configured, and runs the migrations. Calling it again does nothing.</summary>
    /// <exception cref="EmbeddedPostgresException">The embedded server cannot be run.</exception>
    /// <exception cref="MigrationException">The schema and this program do not fit.</exception>
    /// <exception cref="NpgsqlException">The configured server does not answer.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            if (_dataSource is not null)
                return;
            var connectionString = _connectionString;
            if (connectionString is null)
            {
                if (OperatingSystem.IsWindows())
                    throw new EmbeddedPostgresException("The embedded database runs on Linux and macOS; here set ConnectionStrings:Parley.");
                var server = await EmbeddedPostgres.StartAsync(_options, _time, _loggers.CreateLogger<EmbeddedPostgres>(), cancellationToken);
                _embedded = server;
                connectionString = server.ConnectionString;
            }

            var dataSource = Build(connectionString);
            try
            {
                await new MigrationRunner(dataSource, _time, _loggers.CreateLogger<MigrationRunner>()).RunAsync(cancellationToken);
            }
            catch
            {
                await dataSource.DisposeAsync();
                await StopEmbeddedAsync();
                throw;
            }

            _dataSource = dataSource;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>Closes the connections and stops the embedded server.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_dataSource is { } dataSource)
            await dataSource.DisposeAsync();
        await StopEmbeddedAsync();
        _starting.Dispose();
    }

    internal ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => DataSource.OpenConnectionAsync(cancellationToken);

    private async Task StopEmbeddedAsync()
    {
        if (!OperatingSystem.IsWindows() && _embedded is { } embedded)
            await embedded.DisposeAsync();
        _embedded = null;
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
        builder.UseLoggerFactory(_loggers);
        return builder.Build();
    }
}
