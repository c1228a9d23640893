using System.Security.Cryptography;
using System.Text;
using Dapper;

namespace Parley.Persistence.Calendars;

/// <summary>A random key that all nodes of the installation share and that never leaves it, from which others are derived.</summary>
public sealed class InstallationKey(Database database, TimeProvider time)
{
    private const string Name = "calendars";

    private byte[]? known;

    /// <summary>The first hexadecimal digits of a derived value: tells this installation's events from others, and is no secret.</summary>
    internal async ValueTask<string> IdAsync(CancellationToken cancellationToken) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(await GetAsync(cancellationToken), Encoding.UTF8.GetBytes("installation")))[..16];

    /// <summary>HMAC-SHA256 of a tenant's resource: its feed's secret.</summary>
    internal async ValueTask<byte[]> FeedAsync(Guid tenantId, string resource, CancellationToken cancellationToken) =>
        HMACSHA256.HashData(await GetAsync(cancellationToken), Encoding.UTF8.GetBytes($"feed:{tenantId:D}:{resource}"));

    private async ValueTask<byte[]> GetAsync(CancellationToken cancellationToken)
    {
        if (known is { } key)
            return key;
        await using var connection = await database.OpenAsync(cancellationToken);
        // Of nodes that make one at the same time, all take the first.
        await connection.ExecuteAsync(new CommandDefinition(
            "insert into installation_keys (name, key, created_at) values (@Name, @Key, @Now) on conflict (name) do nothing",
            new { Name, Key = RandomNumberGenerator.GetBytes(32), Now = time.GetUtcNow() }, cancellationToken: cancellationToken));
        return known = await connection.QuerySingleAsync<byte[]>(new CommandDefinition(
            "select key from installation_keys where name = @Name", new { Name }, cancellationToken: cancellationToken));
    }
}
