using Parley.Conversation.Tools.Bookings;
using Parley.Persistence.Json;

namespace Parley.Persistence.Reporting;

/// <summary>Bookings, as owners look at them.</summary>
public sealed class BookingReports(Database database, TimeProvider time)
{
    /// <summary>Bookings, the latest time first. A hold whose time is over counts as expired.</summary>
    public async Task<Page<BookingDetails>> ListAsync(TenantScope scope, BookingFilter query, CancellationToken cancellationToken)
    {
        const string Status = "case when b.status = 'held' and b.expires_at <= @Now then 'expired' else b.status end";
        var filter = query.ToQuery(scope, "b", "starts_at");
        filter.Parameters.Add("Now", time.GetUtcNow());
        if (query.Status is { } status)
            filter.Add($"{Status} = @Status", "Status", EnumText<BookingStatus>.Of(status));
        if (query.Resource is { } resource)
            filter.Add("u.resource = @Resource", "Resource", resource);

        return await filter.ReadAsync<Row, BookingDetails>(
            database,
            $"""
            select b.id, t.slug as tenant_slug, b.tenant_id, b.call_id, {Status} as status, u.resource, u.unit, b.guests, b.service, b.name, b.phone,
                   b.starts_at, b.ends_at, b.starts_local, b.ends_local, t.time_zone, b.expires_at, b.replaces, b.created_at
            from bookings b join booking_units u on u.id = b.unit_id join tenants t on t.id = b.tenant_id
            """,
            static row => row.ToDetails(), static b => new Cursor(b.StartsAt, b.Id), cancellationToken);
    }

    private sealed class Row
    {
        public Guid Id { get; init; }
        public string TenantSlug { get; init; } = "";
        public Guid TenantId { get; init; }
        public Guid? CallId { get; init; }
        public string Status { get; init; } = "";
        public string Resource { get; init; } = "";
        public string Unit { get; init; } = "";
        public int Guests { get; init; }
        public string? Service { get; init; }
        public string? Name { get; init; }
        public string? Phone { get; init; }
        public DateTimeOffset StartsAt { get; init; }
        public DateTimeOffset EndsAt { get; init; }
        public DateTime StartsLocal { get; init; }
        public DateTime EndsLocal { get; init; }
        public string TimeZone { get; init; } = "";
        public DateTimeOffset? ExpiresAt { get; init; }
        public Guid? Replaces { get; init; }
        public DateTimeOffset CreatedAt { get; init; }

        public BookingDetails ToDetails() => new()
        {
            Id = Id,
            TenantSlug = TenantSlug,
            TenantId = TenantId,
            CallId = CallId,
            Status = EnumText<BookingStatus>.Parse(Status),
            Resource = Resource,
            Unit = Unit,
            Guests = Guests,
            Service = Service,
            Name = Name,
            Phone = Phone,
            StartsAt = StartsAt,
            EndsAt = EndsAt,
            StartsLocal = StartsLocal,
            EndsLocal = EndsLocal,
            TimeZone = TimeZone,
            ExpiresAt = ExpiresAt,
            Replaces = Replaces,
            CreatedAt = CreatedAt,
        };
    }
}
