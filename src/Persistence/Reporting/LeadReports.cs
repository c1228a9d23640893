using Dapper;
using Parley.Conversation.Agents;
using Parley.Persistence.Json;

namespace Parley.Persistence.Reporting;

/// <summary>Leads, as owners look at them and tick them off.</summary>
public sealed class LeadReports(Database database, TimeProvider time)
{
    internal const string Columns =
        """
        l.id, t.slug as tenant_slug, l.tenant_id, l.call_id, l.intent, l.status,
        l.name, l.phone, l.party_size, l.service, l.requested_for, l.call_back_for,
        l.time_zone, l.note, l.summary, l.handled_at, l.created_at
        """;

    internal const string From = "leads l join tenants t on t.id = l.tenant_id";

    /// <summary>Leads, newest first.</summary>
    public async Task<Page<LeadRow>> ListAsync(TenantScope scope, LeadFilter query, CancellationToken cancellationToken)
    {
        var filter = query.ToQuery(scope, "l", "created_at");
        if (query.Intent is { } intent)
            filter.Add("l.intent = @Intent", "Intent", EnumText<CallIntent>.Of(intent));

        if (query.Status is { } status)
            filter.Add("l.status = @Status", "Status", EnumText<LeadStatus>.Of(status));

        if (query.Handled is { } handled)
            filter.Add(handled ? "l.handled_at is not null" : "l.handled_at is null");

        return await filter.ReadAsync<Row, LeadRow>(
            database, $"select {Columns} from {From}", r => r.ToLead(), l => new Cursor(l.CreatedAt, l.Id), cancellationToken);
    }

    /// <summary>A lead; null when there is none in scope.</summary>
    public async Task<LeadRow?> FindAsync(TenantScope scope, Guid leadId, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope, "l.tenant_id").Add("l.id = @LeadId", "LeadId", leadId);
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"select {Columns} from {From} {filter.Where}", filter.Parameters, cancellationToken: cancellationToken));
        return row?.ToLead();
    }

    /// <summary>
    /// Ticks a lead off, or takes that back; returns it as it is then, null when there is none in scope. Ticking off twice keeps the first
    /// time.
    /// </summary>
    public async Task<LeadRow?> SetHandledAsync(TenantScope scope, Guid leadId, bool handled, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope).Add("id = @LeadId", "LeadId", leadId);
        filter.Parameters.AddDynamicParams(new { Handled = handled, Now = time.GetUtcNow() });
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"""
            with l as (
                update leads
                set handled_at = case when @Handled then coalesce(handled_at, @Now) end,
                    updated_at = case when @Handled = (handled_at is not null) then updated_at else @Now end
                {filter.Where}
                returning *
            )
            select {Columns} from l join tenants t on t.id = l.tenant_id
            """,
            filter.Parameters, cancellationToken: cancellationToken));
        return row?.ToLead();
    }

    internal sealed class Row
    {
        public Guid Id { get; init; }
        public string TenantSlug { get; init; } = "";
        public Guid TenantId { get; init; }
        public Guid CallId { get; init; }
        public string Intent { get; init; } = "";
        public string Status { get; init; } = "";
        public string? Name { get; init; }
        public string? Phone { get; init; }
        public int? PartySize { get; init; }
        public string? Service { get; init; }
        public DateTime? RequestedFor { get; init; }
        public DateTime? CallBackFor { get; init; }
        public string TimeZone { get; init; } = "";
        public string? Note { get; init; }
        public string Summary { get; init; } = "";
        public DateTimeOffset? HandledAt { get; init; }
        public DateTimeOffset CreatedAt { get; init; }

        public LeadRow ToLead() => new()
        {
            Id = Id,
            TenantSlug = TenantSlug,
            TenantId = TenantId,
            CallId = CallId,
            Intent = EnumText<CallIntent>.Parse(Intent),
            Status = EnumText<LeadStatus>.Parse(Status),
            Name = Name,
            Phone = Phone,
            PartySize = PartySize,
            Service = Service,
            RequestedFor = RequestedFor,
            CallBackFor = CallBackFor,
            TimeZone = TimeZone,
            Note = Note,
            Summary = Summary,
            HandledAt = HandledAt,
            CreatedAt = CreatedAt,
        };
    }
}
