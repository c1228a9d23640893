using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace Parley.Persistence.Reporting;

/// <summary>A key to the owners' API, without its secret.</summary>
public sealed record ApiKeyRow
{
    /// <summary>Parley's id.</summary>
    public Guid Id { get; init; }

    /// <summary>The tenant it opens; null for the operator's.</summary>
    public Guid? TenantId { get; init; }

    /// <summary>What its owner called it.</summary>
    public string Name { get; init; } = "";

    /// <summary>The key's first characters.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it stopped to work.</summary>
    public DateTimeOffset? RevokedAt { get; init; }
}

/// <summary>A fresh key.</summary>
/// <param name="Key">The key's row.</param>
/// <param name="Secret">What the client sends; shown once, not kept.</param>
public sealed record CreatedApiKey(ApiKeyRow Key, string Secret);

/// <summary>
/// Keys to the owners' API: 32 random bytes as base64url after <c>pk_</c>. Only their SHA-256 is kept; that is enough for a secret which
/// cannot be guessed, and needs no slow password hash.
/// </summary>
public sealed class ApiKeys(Database database, TimeProvider time)
{
    private const string Start = "pk_";
    private const int SecretBytes = 32;
    private const int PrefixLength = 8;
    private const string Columns = "id, tenant_id, name, prefix, created_at, revoked_at";

    /// <summary>Makes a key for a tenant, or (the operator's scope) for the operator.</summary>
    public async Task<CreatedApiKey> CreateAsync(TenantScope scope, string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await CreateAsync(connection, scope, name, cancellationToken);
    }

    /// <summary>What a secret opens; null for an unknown or revoked one.</summary>
    public async Task<(Guid KeyId, TenantScope Scope)?> VerifyAsync(string secret, CancellationToken cancellationToken)
    {
        if (!secret.StartsWith(Start, StringComparison.Ordinal) || secret.Length != Start.Length + Base64Url.GetEncodedLength(SecretBytes))
            return null;
        var hash = HashOf(secret);
        await using var connection = await database.OpenAsync(cancellationToken);
        var found = await connection.QuerySingleOrDefaultAsync<(Guid Id, Guid? TenantId, byte[] Hash)?>(new CommandDefinition(
            "select id, tenant_id, hash from api_keys where hash = @Hash and revoked_at is null",
            new { Hash = hash }, cancellationToken: cancellationToken));
        if (found is not { } key || !CryptographicOperations.FixedTimeEquals(key.Hash, hash))
            return null;
        return (key.Id, key.TenantId is { } tenant ? TenantScope.Of(tenant) : TenantScope.Operator);
    }

    /// <summary>The keys in a scope, oldest first.</summary>
    public async Task<IReadOnlyList<ApiKeyRow>> ListAsync(TenantScope scope, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope);
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<ApiKeyRow>(new CommandDefinition(
            $"select {Columns} from api_keys {filter.Where} order by created_at, id", filter.Parameters, cancellationToken: cancellationToken));
        return rows.AsList();
    }

    /// <summary>Makes a key useless for good; false when there is none in the scope.</summary>
    public async Task<bool> RevokeAsync(TenantScope scope, Guid keyId, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope).Add("id = @KeyId", "KeyId", keyId);
        filter.Parameters.Add("Now", time.GetUtcNow());
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(
            $"update api_keys set revoked_at = coalesce(revoked_at, @Now) {filter.Where}",
            filter.Parameters, cancellationToken: cancellationToken)) > 0;
    }

    /// <summary>
    /// Makes the operator's first key; null when there was one before, even a revoked one. Of several processes that start at once one
    /// makes it.
    /// </summary>
    public async Task<CreatedApiKey?> EnsureOperatorKeyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "lock table api_keys in share row exclusive mode", cancellationToken: cancellationToken));
        var exists = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select exists (select 1 from api_keys where tenant_id is null)", cancellationToken: cancellationToken));
        if (exists)
            return null;
        var created = await CreateAsync(connection, TenantScope.Operator, "operator", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return created;
    }

    private async Task<CreatedApiKey> CreateAsync(
        NpgsqlConnection connection, TenantScope scope, string name, CancellationToken cancellationToken)
    {
        var secret = Start + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var now = time.GetUtcNow();
        var row = await connection.QuerySingleAsync<ApiKeyRow>(new CommandDefinition(
            $"""
            insert into api_keys (id, tenant_id, name, hash, prefix, created_at)
            values (@Id, @TenantId, @Name, @Hash, @Prefix, @Now)
            returning {Columns}
            """,
            new { Id = Guid.CreateVersion7(now), scope.TenantId, Name = name, Hash = HashOf(secret), Prefix = secret[..PrefixLength], Now = now },
            cancellationToken: cancellationToken));
        return new CreatedApiKey(row, secret);
    }

    private static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
