using Microsoft.Extensions.Hosting;
using Parley.Persistence.Calls;
using Parley.Persistence.Flags;
using Parley.Persistence.Secrets;
using Parley.Persistence.Signals;
using Parley.Persistence.Tenants;

namespace Parley.Persistence;

/// <summary>
/// Has the database ready before any other hosted service starts (and so before the first call), and writes the journal out after all
/// others have stopped.
/// </summary>
internal sealed class DatabaseStartup(Database database, DatabaseSignals signals, CallJournal journal, SampleTenants samples, TenantStore tenants,
    FeatureFlags features, SecretSealer secrets)
    : IHostedLifecycleService
{
    /// <summary>What the journal may take of the host's shutdown time, which is 30 s by default (HostOptions.ShutdownTimeout).</summary>
    private static readonly TimeSpan FlushDeadline = TimeSpan.FromSeconds(10);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await database.StartAsync(cancellationToken);
        await secrets.RunAsync(cancellationToken);
        await samples.ImportAsync(cancellationToken);
        await tenants.WarmUpAsync(cancellationToken);
        await features.ReadAsync(cancellationToken);
        // Not awaited: calls can be answered before the first signal can be heard.
        _ = signals.Start();
        journal.Start();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => journal.StopAsync(FlushDeadline);
}
