using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using Parley.Persistence.CallWebhooks;
using Parley.Persistence.Json;
using Parley.Persistence.Tenants;

namespace Parley.Persistence.Secrets;

/// <summary>When the program starts: encrypts secrets that are in the database from before, and tells of those that can no longer be read.</summary>
internal sealed partial class SecretSealer(Database database, SecretVault vault, ILogger<SecretSealer> logger)
{
    private static readonly (string What, string Read, string Write)[] Kinds =
    [
        (TenantWebhooks.CallKey, "select tenant_id, key as text, sealed from call_webhooks",
            "update call_webhooks set key = @sealed, sealed = true where tenant_id = @TenantId and not sealed and key = @Text"),
        (TenantWebhooks.StaffAddress, "select tenant_id, url as text, sealed from staff_webhooks",
            "update staff_webhooks set url = @sealed, sealed = true, host = @host where tenant_id = @TenantId and not sealed and url = @Text"),
    ];

    /// <summary>Does so. Whatever goes wrong is logged: what was readable stays so, and calls are answered.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            var (sealedNow, lost) = (0, 0);
            foreach (var (what, read, write) in Kinds)
            {
                foreach (var row in await connection.QueryAsync<Row>(new CommandDefinition(read, cancellationToken: cancellationToken)))
                {
                    if (!row.Sealed)
                    {
                        var host = Uri.TryCreate(row.Text, UriKind.Absolute, out var address) ? address.Host : null;
                        sealedNow += await connection.ExecuteAsync(new CommandDefinition(
                            write, new { row.TenantId, row.Text, @sealed = vault.Seal(row.TenantId, what, row.Text), host }, cancellationToken: cancellationToken));
                    }
                    else if (!vault.CanOpen(row.TenantId, what, row.Text))
                        lost++;
                }
            }

            foreach (var row in await connection.QueryAsync<Row>(new CommandDefinition(
                $"select id as tenant_id, profile::text as text, sealed from tenants where {ProfileSecrets.Any}", cancellationToken: cancellationToken)))
            {
                var profile = PersistenceJson.Read<TenantProfile>(row.Text);
                if (row.Sealed && !ProfileSecrets.HasPlain(profile))
                    lost += ProfileSecrets.Lost(profile, row.TenantId, vault);
                else if (await SealAsync(connection, row, row.Sealed ? ProfileSecrets.Open(profile, row.TenantId, vault) : profile, cancellationToken))
                    sealedNow += ProfileSecrets.Count(profile);
            }

            if (sealedNow > 0)
                LogSealed(sealedNow);
            if (lost > 0)
                LogLost(lost);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    private async Task<bool> SealAsync(NpgsqlConnection connection, Row row, TenantProfile profile, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(new CommandDefinition(
            "update tenants set profile = @Sealed::jsonb, sealed = true where id = @TenantId and profile = @Text::jsonb",
            new { row.TenantId, row.Text, Sealed = PersistenceJson.Write(ProfileSecrets.Seal(profile, row.TenantId, vault)) }, cancellationToken: cancellationToken)) == 1;

    [LoggerMessage(6931, LogLevel.Information, "{Count} secrets in the database were encrypted")]
    private partial void LogSealed(int count);

    [LoggerMessage(6932, LogLevel.Error, "{Count} secrets in the database cannot be read: the keys they were encrypted with are not there (setting Secrets:KeyDirectory). Bring them back, or set these webhooks and import these tenants again")]
    private partial void LogLost(int count);

    [LoggerMessage(6933, LogLevel.Error, "Secrets in the database could not be encrypted (setting Secrets:KeyDirectory)")]
    private partial void LogFailed(Exception exception);

    private sealed record Row
    {
        public Guid TenantId { get; init; }

        public string Text { get; init; } = "";

        public bool Sealed { get; init; }
    }
}
