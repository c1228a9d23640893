using System.Buffers.Text;
using System.Security.Cryptography;
using Dapper;
using NodaTime;
using Parley.Conversation.Calendars;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Persistence.Bookings;

namespace Parley.Persistence.Calendars;

/// <summary>
/// The bookings of each resource as iCalendar, for whoever knows the feed's secret. A secret is the tenant's id and an HMAC of tenant and resource
/// under the installation's key, so nothing is stored that could be read out.
/// </summary>
public sealed class CalendarFeeds(Database database, ITenantStore tenants, InstallationKey key, TimeProvider time)
{
    /// <summary>Bookings that are longer over are left out.</summary>
    public static readonly TimeSpan Past = TimeSpan.FromDays(60);

    /// <summary>Events in a feed, those of the latest times first when there are more.</summary>
    public const int MostEvents = 5000;

    private const int IdBytes = 16;

    /// <summary>The secret of each of a tenant's resources, in the order of its list.</summary>
    public async Task<IReadOnlyList<(string Resource, string Secret)>> SecretsAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        var secrets = new List<(string, string)>();
        foreach (var resource in tenant.Booking?.Resources ?? [])
        {
            secrets.Add((resource.Name, Base64Url.EncodeToString(
                [.. tenant.Id.ToByteArray(bigEndian: true), .. await key.FeedAsync(tenant.Id, resource.Name, cancellationToken)])));
        }

        return secrets;
    }

    /// <summary>The feed that a secret opens; null when it opens none.</summary>
    public async Task<string?> ReadAsync(string secret, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var given = new byte[IdBytes + HMACSHA256.HashSizeInBytes];
        if (secret.Length != Base64Url.GetEncodedLength(given.Length) || !Base64Url.IsValid(secret)
            || !Base64Url.TryDecodeFromChars(secret, given, out var written) || written != given.Length)
            return null;
        if (await tenants.GetAsync(new Guid(given.AsSpan(0, IdBytes), bigEndian: true), cancellationToken) is not { } tenant)
            return null;
        BookingResource? found = null;
        foreach (var resource in tenant.Booking?.Resources ?? [])
        {
            var expected = await key.FeedAsync(tenant.Id, resource.Name, cancellationToken);
            // All of them, each in constant time: how long it takes tells nothing of how much was right.
            if (CryptographicOperations.FixedTimeEquals(given.AsSpan(IdBytes), expected))
                found = resource;
        }

        return found is null ? null : await WriteAsync(tenant, found, cancellationToken);
    }

    private async Task<string> WriteAsync(Tenant tenant, BookingResource resource, CancellationToken cancellationToken)
    {
        var installation = await key.IdAsync(cancellationToken);
        await using var connection = await database.OpenAsync(cancellationToken);
        // The latest version that this calendar has of each event. One that was moved away from it is cancelled here.
        var rows = await connection.QueryAsync<BookingRow>(new CommandDefinition(
            $"""
            select * from (
                select distinct on (coalesce(b.event_id, b.id)) {BookingRow.Columns} from {BookingRow.From}
                where b.tenant_id = @TenantId and u.resource = @Resource and b.status in ('confirmed', 'moved', 'cancelled') and b.ends_at > @Since
                order by coalesce(b.event_id, b.id), b.sequence desc, b.id desc) latest
            order by starts_at desc, id desc
            limit @MostEvents
            """,
            new { TenantId = tenant.Id, Resource = resource.Name, Since = time.GetUtcNow() - Past, MostEvents }, cancellationToken: cancellationToken));
        return CalendarWriter.Write($"{tenant.Name}: {resource.Name}", rows.Select(row => ToEvent(tenant, row, installation)));
    }

    private static CalendarEvent ToEvent(Tenant tenant, BookingRow row, string installation)
    {
        var isOver = row.Status != "confirmed";
        return new CalendarEvent
        {
            Uid = CalendarUid.Of(row.EventId, installation),
            Sequence = row.Sequence + (isOver ? 1 : 0),
            IsCancelled = isOver,
            From = Instant.FromDateTimeOffset(row.StartsAt),
            Until = Instant.FromDateTimeOffset(row.EndsAt),
            Created = Instant.FromDateTimeOffset(row.CreatedAt),
            Changed = Instant.FromDateTimeOffset(row.UpdatedAt),
            Summary = BookingTitle.Of(tenant, row),
            Location = BookingTitle.PlaceOf(tenant, row),
        };
    }
}

/// <summary>Names of our events, by which they are known when they come back in another calendar.</summary>
internal static class CalendarUid
{
    public static string Of(Guid eventId, string installation) => $"{eventId:D}@{installation}.parley";

    public static bool IsOwn(string uid, string installation) => uid.EndsWith($"@{installation}.parley", StringComparison.OrdinalIgnoreCase);
}
