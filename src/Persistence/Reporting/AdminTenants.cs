using Dapper;
using Parley.Conversation.Tenants;
using Parley.Persistence.Json;

namespace Parley.Persistence.Reporting;

/// <summary>A tenant, as owners look at it.</summary>
public sealed record AdminTenant
{
    /// <summary>UUID v7.</summary>
    public required Guid Id { get; init; }

    /// <summary>Stable short name.</summary>
    public required string Slug { get; init; }

    /// <summary>What callers know it as.</summary>
    public required string Name { get; init; }

    /// <summary>What it does.</summary>
    public required BusinessKind Kind { get; init; }

    /// <summary>IANA id.</summary>
    public required string TimeZone { get; init; }

    /// <summary>BCP 47 tag.</summary>
    public required string Language { get; init; }

    /// <summary>Numbers it answers, E.164.</summary>
    public required IReadOnlyList<string> Numbers { get; init; }

    /// <summary>When it was first imported.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>Tenants, as owners look at them.</summary>
public sealed class AdminTenants(Database database)
{
    /// <summary>Tenants by slug; an installation has tens or hundreds of them.</summary>
    public Task<IReadOnlyList<AdminTenant>> ListAsync(TenantScope scope, CancellationToken cancellationToken) =>
        QueryAsync(new Filter(scope, "t.id"), cancellationToken);

    /// <summary>A tenant by slug or id; null when there is none in scope.</summary>
    public async Task<AdminTenant?> FindAsync(TenantScope scope, string slugOrId, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope, "t.id");
        if (Guid.TryParseExact(slugOrId, "D", out var id))
            filter.Add("t.id = @Id", "Id", id);
        else
            filter.Add("t.slug = @Slug", "Slug", slugOrId);
        var tenants = await QueryAsync(filter, cancellationToken);
        return tenants is [var tenant] ? tenant : null;
    }

    private async Task<IReadOnlyList<AdminTenant>> QueryAsync(Filter filter, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            select t.id, t.slug, t.name, t.kind, t.time_zone, t.language,
                   t.created_at, t.updated_at,
                   array(select r.number from inbound_routes r where r.tenant_id = t.id order by r.number) as numbers
            from tenants t
            {filter.Where}
            order by t.slug
            """,
            filter.Parameters, cancellationToken: cancellationToken));
        return [.. rows.Select(r => r.ToTenant())];
    }

    private sealed class Row
    {
        public Guid Id { get; init; }
        public string Slug { get; init; } = "";
        public string Name { get; init; } = "";
        public string Kind { get; init; } = "";
        public string TimeZone { get; init; } = "";
        public string Language { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset UpdatedAt { get; init; }
        public string[] Numbers { get; init; } = [];

        public AdminTenant ToTenant() => new()
        {
            Id = Id,
            Slug = Slug,
            Name = Name,
            Kind = EnumText<BusinessKind>.Parse(Kind),
            TimeZone = TimeZone,
            Language = Language,
            Numbers = Numbers,
            CreatedAt = CreatedAt,
            UpdatedAt = UpdatedAt,
        };
    }
}
