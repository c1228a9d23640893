using Dapper;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Flags;
using Parley.Persistence.Signals;

namespace Parley.Persistence.Flags;

/// <summary>
/// All tenants' features in memory: read when the server starts, anew as soon as the database tells of a change, and after
/// <see cref="MaxAge"/> in any case. Nobody waits for that: until it is done, and while the database is away, the last answer stands.
/// </summary>
public sealed partial class FeatureFlags : IFeatureFlags, IDisposable
{
    /// <summary>How old an answer may be before it is read anew.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(30);

    private readonly Database database;
    private readonly TimeProvider time;
    private readonly ILogger<FeatureFlags> logger;
    private readonly IDisposable subscription;
    private readonly Lock gate = new();
    private volatile Snapshot current = new(null, 0, new TenantFeatures(), new Dictionary<Guid, TenantFeatures>());
    private Task reading = Task.CompletedTask;
    private bool again;
    private long readings;

    /// <summary>Creates the cache; it fills with the first question.</summary>
    public FeatureFlags(Database database, DatabaseSignals signals, TimeProvider time, ILogger<FeatureFlags> logger)
    {
        this.database = database;
        this.time = time;
        this.logger = logger;
        subscription = signals.Subscribe(DatabaseSignals.FeaturesChannel, _ => Renew(), onConnected: () => Renew());
    }

    /// <inheritdoc/>
    public TenantFeatures For(Guid tenantId)
    {
        var known = current;
        if (known.At is not { } at || time.GetUtcNow() - at >= MaxAge)
            Renew();
        return known.Tenants.TryGetValue(tenantId, out var features) ? features : known.Others;
    }

    /// <summary>
    /// Reads everything anew. What was committed before this was called is known when it is over; it fails when the database is away.
    /// </summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var (begun, order) = (time.GetUtcNow(), Interlocked.Increment(ref readings));
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(
            """
            select feature, enabled from feature_defaults;
            select plan, feature, enabled from plan_features;
            select t.id, t.plan from tenants t where t.plan is not null or exists (select 1 from tenant_features f where f.tenant_id = t.id);
            select tenant_id, feature, enabled from tenant_features;
            """,
            cancellationToken: cancellationToken));
        var defaults = (await results.ReadAsync<(string Feature, bool Enabled)>()).Select(f => KeyValuePair.Create(f.Feature, f.Enabled)).ToArray();
        var plans = (await results.ReadAsync<(string Plan, string Feature, bool Enabled)>())
            .ToLookup(f => f.Plan, f => KeyValuePair.Create(f.Feature, f.Enabled), StringComparer.Ordinal);
        var tenants = (await results.ReadAsync<(Guid Id, string? Plan)>()).AsList();
        var own = (await results.ReadAsync<(Guid Tenant, string Feature, bool Enabled)>())
            .ToLookup(f => f.Tenant, f => KeyValuePair.Create(f.Feature, f.Enabled));
        var read = new Snapshot(
            begun,
            order,
            new TenantFeatures(defaults),
            tenants.ToDictionary(t => t.Id, t => new TenantFeatures(defaults, t.Plan is null ? [] : plans[t.Plan], own[t.Id])));
        lock (gate)
        {
            // One that began later knows more; a clock may be set back.
            if (current.Order < order)
                current = read;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => subscription.Dispose();

    private void Renew()
    {
        lock (gate)
        {
            again = true;
            if (reading.IsCompleted)
                reading = Task.Run(RenewAsync);
        }
    }

    private async Task RenewAsync()
    {
        while (true)
        {
            lock (gate)
            {
                if (!again)
                    return;
                again = false;
            }

            try
            {
                await ReadAsync(CancellationToken.None);
            }
            catch (Exception e)
            {
                // The next question tries again; so that a database that is away is not asked all the time, not before half the age.
                LogNotRead(e.Message);
                lock (gate)
                {
                    current = current with { At = time.GetUtcNow() - (MaxAge / 2) };
                    again = false;
                }
            }
        }
    }

    [LoggerMessage(6811, LogLevel.Warning, "Plans and features could not be read; what was known stands: {Reason}")]
    private partial void LogNotRead(string reason);

    private sealed record Snapshot(DateTimeOffset? At, long Order, TenantFeatures Others, IReadOnlyDictionary<Guid, TenantFeatures> Tenants);
}
