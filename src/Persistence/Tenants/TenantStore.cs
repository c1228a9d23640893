using System.Collections.Concurrent;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Persistence.Secrets;
using Parley.Persistence.Signals;

namespace Parley.Persistence.Tenants;

/// <summary>
/// Tenants in memory, read anew when the database tells of a change. While the database is away, what was last known is answered.
/// </summary>
public sealed class TenantStore : ITenantStore, IDisposable
{
    private readonly Database database;
    private readonly SecretVault vault;
    private readonly IDisposable subscription;
    private readonly ConcurrentDictionary<Guid, Tenant> tenants = new();
    private readonly ConcurrentDictionary<string, Guid> numbers = new(StringComparer.Ordinal);

    /// <summary>Also what may have changed since: for the time the database is away.</summary>
    private readonly ConcurrentDictionary<Guid, Tenant> lastKnown = new();
    private readonly TimeProvider time;
    private int version;

    /// <summary>Creates the store.</summary>
    public TenantStore(Database database, DatabaseSignals signals, SecretVault vault, TimeProvider? time = null)
    {
        this.database = database;
        this.vault = vault;
        this.time = time ?? TimeProvider.System;
        subscription = signals.Subscribe(DatabaseSignals.TenantsChannel, OnChanged, Forget);
    }

    /// <inheritdoc />
    public async Task<Tenant?> FindByNumberAsync(string calledNumber, CancellationToken cancellationToken)
    {
        if (numbers.TryGetValue(calledNumber, out var id) && tenants.TryGetValue(id, out var known))
            return known;
        var (answered, tenant) = await LoadAsync(
            "where t.id = (select tenant_id from inbound_routes where number = @Number)", new { Number = calledNumber }, cancellationToken);
        return answered
            ? tenant
            : lastKnown.Values.FirstOrDefault(t => t.Numbers.Contains(calledNumber)) ?? throw Away();
    }

    /// <inheritdoc />
    public async Task<Tenant?> GetAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        if (tenants.TryGetValue(tenantId, out var known))
            return known;
        var (answered, tenant) = await LoadAsync("where t.id = @Id", new { Id = tenantId }, cancellationToken);
        if (answered)
        {
            if (tenant is null)
                lastKnown.TryRemove(tenantId, out _);
            return tenant;
        }

        return lastKnown.TryGetValue(tenantId, out var old) ? old : throw Away();
    }

    /// <summary>Reads all tenants, so that the first call of each is answered even when the database is away by then.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        foreach (var tenant in await TenantRows.LoadAsync(connection, "", null, cancellationToken, vault: vault))
            lastKnown[tenant.Id] = tenant;
    }

    /// <inheritdoc />
    public void Dispose() => subscription.Dispose();

    private async Task<(bool Answered, Tenant? Tenant)> LoadAsync(string where, object parameters, CancellationToken cancellationToken)
    {
        var version = Volatile.Read(ref this.version);
        var (answered, tenant) = await Patience.TryAsync(
            async stop =>
            {
                await using var connection = await database.OpenAsync(stop);
                return (await TenantRows.LoadAsync(connection, where, parameters, stop, vault: vault)).SingleOrDefault();
            },
            time, cancellationToken);
        if (tenant is null)
            return (answered, null);

        lastKnown[tenant.Id] = tenants[tenant.Id] = tenant;
        foreach (var number in tenant.Numbers)
            numbers[number] = tenant.Id;
        // A change that was told while this was being read may not be in what was read.
        if (version != Volatile.Read(ref this.version))
            Forget();
        return (true, tenant);
    }

    private static TimeoutException Away() => new("The database is away, and the tenant was never read.");

    private void OnChanged(string tenantId) => Forget();

    /// <summary>Forgets everything: tenants are few and changes rare, and reading one again takes a millisecond.</summary>
    private void Forget()
    {
        Interlocked.Increment(ref version);
        numbers.Clear();
        tenants.Clear();
    }
}
