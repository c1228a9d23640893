using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Persistence;
using Parley.Persistence.Reporting;
using Parley.Persistence.Signals;

namespace Parley.Admin.Api.Tests;

/// <summary>A database and an API on it for the tests of one class; each test works with tenants of its own.</summary>
public sealed class AdminFixture(PostgresFixture postgres) : IAsyncLifetime
{
    [NotNull] public Database? Database { get; private set; }

    [NotNull] public DatabaseSignals? Signals { get; private set; }

    [NotNull] public AdminHost? Host { get; private set; }

    [NotNull] public string? OperatorKey { get; private set; }

    [NotNull] public HttpClient? Operator { get; private set; }

    public ApiKeys Keys => new(Database, TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        Database = await postgres.OpenAsync();
        Signals = new DatabaseSignals(Database, TimeProvider.System, NullLogger<DatabaseSignals>.Instance);
        await Signals.Start();
        Host = await AdminHost.StartAsync(Database, Signals, time: null, ("Admin:RequestsPerMinute", "100000"));
        OperatorKey = (await Keys.CreateAsync(TenantScope.Operator, "tests", CancellationToken.None)).Secret;
        Operator = Host.Client(OperatorKey);
    }

    /// <summary>A fresh tenant with a key.</summary>
    public async Task<TestTenant> NewTenantAsync()
    {
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        var tenant = new TestTenant(this, id, "t-" + id.ToString("N")[12..]);
        await tenant.InsertAsync();
        return tenant;
    }

    public async ValueTask DisposeAsync()
    {
        Operator?.Dispose();
        if (Host is not null)
            await Host.DisposeAsync();
        if (Signals is not null)
            await Signals.DisposeAsync();
        if (Database is not null)
            await Database.DisposeAsync();
    }
}
