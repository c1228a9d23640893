using Dapper;
using NodaTime;
using Npgsql;
using Parley.Conversation.Tenants;
using Parley.Persistence.Json;
using Parley.Persistence.Secrets;

namespace Parley.Persistence.Tenants;

/// <summary>Reads tenants from their rows. Their secrets stay encrypted without the vault: most have no use for them.</summary>
internal static class TenantRows
{
    /// <summary>The tenants for which a condition on <c>t</c> holds, by slug.</summary>
    public static async Task<IReadOnlyList<Tenant>> LoadAsync(
        NpgsqlConnection connection, string where, object? parameters, CancellationToken cancellationToken, NpgsqlTransaction? transaction = null,
        SecretVault? vault = null)
    {
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            select t.id, t.slug, t.name, t.kind, t.time_zone, t.language, t.profile::text as profile, t.sealed, t.plan,
                   (select jsonb_object_agg(f.feature, f.enabled)::text from tenant_features f where f.tenant_id = t.id) as features,
                   array(select r.number from inbound_routes r where r.tenant_id = t.id order by r.number) as numbers
            from tenants t {where}
            order by t.slug
            """,
            parameters, transaction, cancellationToken: cancellationToken));
        return [.. rows.Select(row => ToTenant(row, vault))];
    }

    public static async Task<Tenant?> FindAsync(
        NpgsqlConnection connection, Guid id, CancellationToken cancellationToken, NpgsqlTransaction? transaction = null) =>
        (await LoadAsync(connection, "where t.id = @Id", new { Id = id }, cancellationToken, transaction)).SingleOrDefault();

    private static Tenant ToTenant(Row row, SecretVault? vault)
    {
        var profile = PersistenceJson.Read<TenantProfile>(row.Profile);
        if (row.Sealed)
            profile = ProfileSecrets.Open(profile, row.Id, vault);
        return new Tenant
        {
            Id = row.Id,
            Slug = row.Slug,
            Name = row.Name,
            Kind = EnumText<BusinessKind>.Parse(row.Kind),
            TimeZone = DateTimeZoneProviders.Tzdb[row.TimeZone],
            Language = row.Language,
            Numbers = row.Numbers,
            Greeting = profile.Greeting,
            Voice = profile.Voice,
            Address = profile.Address,
            Phone = profile.Phone,
            Hours = profile.Hours,
            Services = profile.Services,
            Facts = profile.Facts,
            Booking = profile.Booking,
            Departments = profile.Departments,
            Messages = profile.Messages,
            Turns = profile.Turns,
            Capture = profile.Capture,
            Escalations = profile.Escalations,
            Plan = row.Plan,
            Features = row.Features is null ? null : PersistenceJson.Read<Dictionary<string, bool>>(row.Features),
            Providers = profile.Providers,
            Agent = profile.Agent,
            Tools = profile.Tools,
        };
    }

    private sealed record Row
    {
        public Guid Id { get; init; }

        public string Slug { get; init; } = "";

        public string Name { get; init; } = "";

        public string Kind { get; init; } = "";

        public string TimeZone { get; init; } = "";

        public string Language { get; init; } = "";

        public string Profile { get; init; } = "";

        public bool Sealed { get; init; }

        public string? Plan { get; init; }

        public string? Features { get; init; }

        public string[] Numbers { get; init; } = [];
    }
}
