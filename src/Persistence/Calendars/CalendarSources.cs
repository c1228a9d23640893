using System.Security.Cryptography;
using Dapper;
using NodaTime;
using Npgsql;
using Parley.Conversation.Tenants;
using Parley.Persistence.Json;

namespace Parley.Persistence.Calendars;

/// <summary>What is known of the calendars that resources have elsewhere.</summary>
public sealed class CalendarSources(Database database, TimeProvider time)
{
    /// <summary>How often a calendar is read.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    /// <summary>The calendars of a tenant's resources, by resource.</summary>
    public async Task<IReadOnlyList<CalendarSourceState>> OfTenantAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<CalendarSourceState>(new CommandDefinition(
            "select resource, read_at, error, failing_since from calendar_sources where tenant_id = @tenantId order by resource",
            new { tenantId }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>
    /// Forgets calendars, with their times, that no resource has any more, and notes those that are new. Where an address cannot be read, what was known of
    /// the resource's calendar stands.
    /// </summary>
    internal async Task SyncAsync(IReadOnlyList<(Tenant Tenant, BookingResource Resource)> wanted, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            delete from calendar_sources s where not exists (
                select 1 from unnest(@Tenants, @Resources, @Sources) as w (tenant_id, resource, source)
                where w.tenant_id = s.tenant_id and w.resource = s.resource and (w.source is null or w.source = s.source));
            insert into calendar_sources (tenant_id, resource, source, next_at)
            select w.tenant_id, w.resource, coalesce(w.source, ''::bytea), @Now from unnest(@Tenants, @Resources, @Sources) as w (tenant_id, resource, source)
            where exists (select 1 from tenants t where t.id = w.tenant_id)
            on conflict (tenant_id, resource) do nothing
            """,
            new
            {
                Tenants = wanted.Select(w => w.Tenant.Id).ToArray(),
                Resources = wanted.Select(w => w.Resource.Name).ToArray(),
                Sources = wanted.Select(static w => w.Resource.Calendar is { IsSealed: false } known ? Hash(known) : null).ToArray(),
                Now = time.GetUtcNow(),
            },
            cancellationToken: cancellationToken));
    }

    /// <summary>Takes the reading of a calendar that is due upon this node; null when it is not, or another has taken it.</summary>
    internal async Task<CalendarValidators?> TakeAsync(Guid tenantId, string resource, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellationToken);
        // A little less than the whole, so that a timer that is early does not skip a round.
        return await connection.QuerySingleOrDefaultAsync<CalendarValidators?>(new CommandDefinition(
            """
            update calendar_sources set next_at = @Next where tenant_id = @tenantId and resource = @resource and next_at <= @now
            returning etag, last_modified, parsed_at
            """,
            new { tenantId, resource, now, Next = now + (Every * 0.9) }, cancellationToken: cancellationToken));
    }

    /// <summary>Puts new times in the place of all that were known; false when the calendar is not the resource's any more.</summary>
    internal async Task<bool> StoreAsync(
        Guid tenantId, BookingResource resource, IReadOnlyList<Interval> busy, CalendarValidators validators, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var stored = await connection.ExecuteAsync(new CommandDefinition(
            """
            update calendar_sources set etag = @ETag, last_modified = @LastModified, parsed_at = @ParsedAt, read_at = @ParsedAt
            where tenant_id = @tenantId and resource = @Name and source = @Source
            """,
            new
            {
                tenantId, resource.Name, Source = Hash(resource.Calendar!), validators.ETag, validators.LastModified, validators.ParsedAt,
            },
            transaction, cancellationToken: cancellationToken)) == 1;
        if (!stored)
            return false;
        await RecoveredAsync(connection, transaction, tenantId, resource.Name, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            delete from calendar_busy where tenant_id = @tenantId and resource = @Name;
            insert into calendar_busy (tenant_id, resource, busy_from, busy_until) select @tenantId, @Name, f, u from unnest(@From, @Until) as b (f, u)
            """,
            new
            {
                tenantId, resource.Name,
                From = busy.Select(b => b.Start.ToDateTimeOffset()).ToArray(), Until = busy.Select(b => b.End.ToDateTimeOffset()).ToArray(),
            },
            transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>It was asked and has not changed.</summary>
    internal async Task UnchangedAsync(Guid tenantId, string resource, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RecoveredAsync(connection, transaction, tenantId, resource, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "update calendar_sources set read_at = @Now where tenant_id = @tenantId and resource = @resource",
            new { tenantId, resource, Now = time.GetUtcNow() }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>It could not be read; what was known stands. After a while staff is told.</summary>
    internal async Task FailedAsync(Guid tenantId, string resource, string error, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            update calendar_sources set error = @error, failing_since = coalesce(failing_since, @now), failures = failures + 1
            where tenant_id = @tenantId and resource = @resource
            """,
            new { tenantId, resource, error, now }, transaction, cancellationToken: cancellationToken));
        await CalendarNotice.FailedAsync(connection, transaction, tenantId, resource, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task RecoveredAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, string resource, CancellationToken cancellationToken)
    {
        await CalendarNotice.RecoveredAsync(connection, transaction, tenantId, resource, time.GetUtcNow(), cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            update calendar_sources set error = null, failing_since = null, failures = 0, told_at = null
            where tenant_id = @tenantId and resource = @resource and failing_since is not null
            """,
            new { tenantId, resource }, transaction, cancellationToken: cancellationToken));
    }

    private static byte[] Hash(ResourceCalendar calendar) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(PersistenceJson.Write(calendar)));
}

/// <summary>How reading a resource's calendar goes.</summary>
public sealed record CalendarSourceState
{
    /// <summary>The resource.</summary>
    public string Resource { get; init; } = "";

    /// <summary>When it was last read.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>Why the last attempt failed; null when it did not.</summary>
    public string? Error { get; init; }

    /// <summary>Since when it fails.</summary>
    public DateTimeOffset? FailingSince { get; init; }
}

/// <summary>By what a calendar is asked whether it has changed.</summary>
internal sealed record CalendarValidators
{
    public string? ETag { get; init; }

    public DateTimeOffset? LastModified { get; init; }

    public DateTimeOffset? ParsedAt { get; init; }
}
