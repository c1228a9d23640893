using System.Collections.Concurrent;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Persistence.Signals;

namespace Parley.Persistence.Tenants;

/// <summary>
/// Tenants in memory, forgotten when the database tells of a change. While the database is away, what is known is still answered.
/// </summary>
public sealed class TenantStore : ITenantStore, IDisposable
{
    private readonly Database database;
    private readonly IDisposable subscription;
    private readonly ConcurrentDictionary<Guid, Tenant> tenants = new();
    private readonly ConcurrentDictionary<string, Guid> numbers = new(StringComparer.Ordinal);
    private int version;

    /// <summary>Creates the store.</summary>
    public TenantStore(Database database, DatabaseSignals signals)
    {
        this.database = database;
        subscription = signals.Subscribe(DatabaseSignals.TenantsChannel, OnChanged, Forget);
    }

    /// <inheritdoc />
    public async Task<Tenant?> FindByNumberAsync(string calledNumber, CancellationToken cancellationToken)
    {
        if (numbers.TryGetValue(calledNumber, out var id) && tenants.TryGetValue(id, out var known))
            return known;
        return await LoadAsync(
            "where t.id = (select tenant_id from inbound_routes where number = @Number)", new { Number = calledNumber }, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<Tenant?> GetAsync(Guid tenantId, CancellationToken cancellationToken) => tenants.TryGetValue(tenantId, out var known)
        ? known
        : await LoadAsync("where t.id = @Id", new { Id = tenantId }, cancellationToken);

    /// <inheritdoc />
    public void Dispose() => subscription.Dispose();

    private async Task<Tenant?> LoadAsync(string where, object parameters, CancellationToken cancellationToken)
    {
        var version = Volatile.Read(ref this.version);
        await using var connection = await database.OpenAsync(cancellationToken);
        var tenant = (await TenantRows.LoadAsync(connection, where, parameters, cancellationToken)).SingleOrDefault();
        if (tenant is null)
            return null;

        tenants[tenant.Id] = tenant;
        foreach (var number in tenant.Numbers)
            numbers[number] = tenant.Id;
        // A change that was told while this was being read may not be in what was read.
        if (version != Volatile.Read(ref this.version))
            Forget();
        return tenant;
    }

    private void OnChanged(string tenantId) => Forget();

    /// <summary>Forgets everything: tenants are few and changes rare, and reading one again takes a millisecond.</summary>
    private void Forget()
    {
        Interlocked.Increment(ref version);
        numbers.Clear();
        tenants.Clear();
    }
}
