using Parley.Conversation.Tenants;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Tenants;

/// <summary>A business that Parley answers for.</summary>
public sealed record TenantView
{
    /// <summary>Copies a tenant.</summary>
    public TenantView(AdminTenant tenant)
    {
        Id = tenant.Id;
        Slug = tenant.Slug;
        Name = tenant.Name;
        Kind = tenant.Kind;
        TimeZone = tenant.TimeZone;
        Language = tenant.Language;
        Numbers = tenant.Numbers;
        CreatedAt = tenant.CreatedAt;
        UpdatedAt = tenant.UpdatedAt;
    }

    /// <summary>Parley's id.</summary>
    public Guid Id { get; }

    /// <summary>Stable short name.</summary>
    public string Slug { get; }

    /// <summary>What callers know it as.</summary>
    public string Name { get; }

    /// <summary>What it does.</summary>
    public BusinessKind Kind { get; }

    /// <summary>IANA id.</summary>
    public string TimeZone { get; }

    /// <summary>BCP 47 tag of the language it is answered in.</summary>
    public string Language { get; }

    /// <summary>Numbers it answers, E.164.</summary>
    public IReadOnlyList<string> Numbers { get; }

    /// <summary>When it was first imported.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; }
}
