using Dapper;
using Parley.Conversation.Escalations;
using Parley.Persistence.Json;

namespace Parley.Persistence.Reporting;

/// <summary>Calls that need or needed a person, as owners look at them and tick them off.</summary>
public sealed class EscalationReports(Database database, TimeProvider time)
{
    internal const string Columns = "e.id, t.slug as tenant_slug, e.tenant_id, e.call_id, e.reason, e.summary, e.raised_at, e.handled_at";

    internal const string From = "escalations e join tenants t on t.id = e.tenant_id";

    /// <summary>Escalations, newest first.</summary>
    public async Task<Page<EscalationRow>> ListAsync(TenantScope scope, EscalationFilter query, CancellationToken cancellationToken)
    {
        var filter = query.ToQuery(scope, "e", "raised_at");
        if (query.Reason is { } reason)
            filter.Add("e.reason = @Reason", "Reason", EnumText<EscalationReason>.Of(reason));
        if (query.Handled is { } handled)
            filter.Add(handled ? "e.handled_at is not null" : "e.handled_at is null");
        return await filter.ReadAsync<Row, EscalationRow>(
            database, $"select {Columns} from {From}", r => r.ToEscalation(), e => new Cursor(e.RaisedAt, e.Id), cancellationToken);
    }

    /// <summary>Ticks one off, or takes that back; null when there is none in scope. Ticking off twice keeps the first time.</summary>
    public async Task<EscalationRow?> SetHandledAsync(TenantScope scope, Guid id, bool handled, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope).Add("id = @Id", "Id", id);
        filter.Parameters.AddDynamicParams(new { Handled = handled, Now = time.GetUtcNow() });
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"""
            with e as (
                update escalations set handled_at = case when @Handled then coalesce(handled_at, @Now) end {filter.Where} returning *
            )
            select {Columns} from e join tenants t on t.id = e.tenant_id
            """,
            filter.Parameters, cancellationToken: cancellationToken)))?.ToEscalation();
    }

    internal sealed class Row
    {
        public Guid Id { get; init; }
        public string TenantSlug { get; init; } = "";
        public Guid TenantId { get; init; }
        public Guid CallId { get; init; }
        public string Reason { get; init; } = "";
        public string Summary { get; init; } = "";
        public DateTimeOffset RaisedAt { get; init; }
        public DateTimeOffset? HandledAt { get; init; }

        public EscalationRow ToEscalation() =>
            new(Id, TenantSlug, TenantId, CallId, EnumText<EscalationReason>.Parse(Reason), Summary, RaisedAt, HandledAt);
    }
}

/// <summary>Narrows a list of escalations; times are when they were raised.</summary>
public sealed record EscalationFilter : ListFilter
{
    /// <summary>Why a person was needed.</summary>
    public EscalationReason? Reason { get; init; }

    /// <summary>Whether a person has dealt with it.</summary>
    public bool? Handled { get; init; }
}

/// <summary>A call that needs or needed a person.</summary>
/// <param name="Id">UUID v7.</param>
/// <param name="TenantSlug">The tenant's slug.</param>
/// <param name="TenantId">The tenant's id.</param>
/// <param name="CallId">The call.</param>
/// <param name="Reason">Why.</param>
/// <param name="Summary">What a person should know.</param>
/// <param name="RaisedAt">When it was raised.</param>
/// <param name="HandledAt">When a person dealt with it; null while nobody has.</param>
public sealed record EscalationRow(
    Guid Id, string TenantSlug, Guid TenantId, Guid CallId, EscalationReason Reason, string Summary, DateTimeOffset RaisedAt, DateTimeOffset? HandledAt);
