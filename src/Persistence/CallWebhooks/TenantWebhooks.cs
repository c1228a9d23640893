using System.Buffers.Text;
using System.Security.Cryptography;
using Dapper;
using Npgsql;
using Parley.Conversation.Escalations;
using Parley.Persistence.Json;
using Parley.Persistence.Secrets;

namespace Parley.Persistence.CallWebhooks;

/// <summary>
/// Where tenants want to be told of calls and of escalations. Keys go in and never come out; of addresses that are secrets only the host does. Both are
/// encrypted where they lie.
/// </summary>
public sealed class TenantWebhooks(Database database, SecretVault vault, TimeProvider time)
{
    /// <summary>What signs call events, as the vault knows it.</summary>
    internal const string CallKey = "call webhook's key";

    /// <summary>Where escalations go, as the vault knows it.</summary>
    internal const string StaffAddress = "staff webhook's address";

    /// <summary>Where call events go; null when nowhere.</summary>
    public async Task<CallWebhookRow?> FindCallsAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<(string Url, string[] Events, DateTimeOffset UpdatedAt)?>(new CommandDefinition(
            "select url, events, updated_at from call_webhooks where tenant_id = @tenantId", new { tenantId }, cancellationToken: cancellationToken));
        return row is { } found ? new CallWebhookRow(found.Url, found.Events, found.UpdatedAt) : null;
    }

    /// <summary>
    /// Sets where call events go. Without a key the one that is there stays, and where none is, or none that can be read, one is made up. Returns the key when it was made up:
    /// it cannot be had again.
    /// </summary>
    public async Task<string?> SetCallsAsync(
        Guid tenantId, Uri url, IReadOnlyList<string> events, string? key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        await using var connection = await database.OpenAsync(cancellationToken);
        var made = key is null && !await HasKeyAsync(connection, tenantId, cancellationToken)
            ? "key_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))
            : null;
        var known = (key ?? made) is { } secret ? vault.Seal(tenantId, CallKey, secret) : null;
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into call_webhooks as w (tenant_id, url, key, events, updated_at, sealed)
            select @tenantId, @Url, @known, @Events, @Now, true where @known::text is not null
            on conflict (tenant_id) do update set url = excluded.url, events = excluded.events, key = excluded.key, sealed = true, updated_at = excluded.updated_at;
            update call_webhooks set url = @Url, events = @Events, updated_at = @Now where tenant_id = @tenantId and @known::text is null
            """,
            new { tenantId, Url = url.AbsoluteUri, known, Events = events.ToArray(), Now = time.GetUtcNow() }, cancellationToken: cancellationToken));
        return made;
    }

    /// <summary>Tells of calls no more; false when nobody was told.</summary>
    public Task<bool> RemoveCallsAsync(Guid tenantId, CancellationToken cancellationToken) => RemoveAsync("call_webhooks", tenantId, cancellationToken);

    /// <summary>Where escalations go; null when nowhere.</summary>
    public async Task<StaffWebhookRow?> FindStaffAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<(string Url, string? Host, string[]? Reasons, DateTimeOffset UpdatedAt)?>(new CommandDefinition(
            "select url, host, reasons, updated_at from staff_webhooks where tenant_id = @tenantId", new { tenantId }, cancellationToken: cancellationToken));
        return row is { } found
            ? new StaffWebhookRow(found.Host ?? new Uri(found.Url).Host, found.Reasons?.Select(EnumText<EscalationReason>.Parse).ToArray(), found.UpdatedAt)
            : null;
    }

    /// <summary>Sets where escalations go, all of them or those of some reasons.</summary>
    public async Task SetStaffAsync(Guid tenantId, Uri url, IReadOnlyList<EscalationReason>? reasons, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into staff_webhooks (tenant_id, url, host, sealed, reasons, updated_at) values (@tenantId, @Url, @Host, true, @Reasons, @Now)
            on conflict (tenant_id) do update set url = excluded.url, host = excluded.host, sealed = true, reasons = excluded.reasons,
                updated_at = excluded.updated_at
            """,
            new
            {
                tenantId, Url = vault.Seal(tenantId, StaffAddress, url.AbsoluteUri), url.Host,
                Reasons = reasons?.Select(EnumText<EscalationReason>.Of).ToArray(), Now = time.GetUtcNow(),
            },
            cancellationToken: cancellationToken));
    }

    /// <summary>Tells of escalations no more; false when nobody was told.</summary>
    public Task<bool> RemoveStaffAsync(Guid tenantId, CancellationToken cancellationToken) => RemoveAsync("staff_webhooks", tenantId, cancellationToken);

    private async Task<bool> HasKeyAsync(NpgsqlConnection connection, Guid tenantId, CancellationToken cancellationToken)
    {
        var there = await connection.QuerySingleOrDefaultAsync<(string Key, bool Sealed)?>(new CommandDefinition(
            "select key, sealed from call_webhooks where tenant_id = @tenantId", new { tenantId }, cancellationToken: cancellationToken));
        return there is { } row && (!row.Sealed || vault.CanOpen(tenantId, CallKey, row.Key));
    }

    private async Task<bool> RemoveAsync(string table, Guid tenantId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            $"delete from {table} where tenant_id = @tenantId", new { tenantId }, cancellationToken: cancellationToken)) == 1;
    }
}

/// <summary>Where call events go.</summary>
/// <param name="Url">The address.</param>
/// <param name="Events">Of <see cref="CallWebhookEvents"/>.</param>
/// <param name="UpdatedAt">When that was set.</param>
public sealed record CallWebhookRow(string Url, IReadOnlyList<string> Events, DateTimeOffset UpdatedAt);

/// <summary>Where escalations go.</summary>
/// <param name="Host">The address' host; the rest is a secret.</param>
/// <param name="Reasons">Which; null for all.</param>
/// <param name="UpdatedAt">When that was set.</param>
public sealed record StaffWebhookRow(string Host, IReadOnlyList<EscalationReason>? Reasons, DateTimeOffset UpdatedAt);
