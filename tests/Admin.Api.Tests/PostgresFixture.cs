using Parley.Persistence;
using Parley.Tests.Database;

[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
[assembly: AssemblyFixture(typeof(Parley.Admin.Api.Tests.PostgresFixture))]

namespace Parley.Admin.Api.Tests;

/// <summary>The test run's server.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private PostgresServer server = null!;

    public async ValueTask InitializeAsync() => server = await PostgresServer.StartAsync();

    /// <summary>A fresh database, started.</summary>
    public async Task<Database> OpenAsync()
    {
        var database = PostgresServer.Open(await server.CreateDatabaseAsync());
        await database.StartAsync(CancellationToken.None);
        return database;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
