using System.Text.Json.Serialization;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Auth;

/// <summary>A key, without its secret.</summary>
public record KeyView
{
    /// <summary>Copies a key.</summary>
    public KeyView(ApiKeyRow key)
    {
        Id = key.Id;
        Name = key.Name;
        TenantId = key.TenantId;
        Operator = key.TenantId is null;
        Prefix = key.Prefix;
        CreatedAt = key.CreatedAt;
        RevokedAt = key.RevokedAt;
    }

    /// <summary>Parley's id.</summary>
    public Guid Id { get; }

    /// <summary>What it is for.</summary>
    public string Name { get; }

    /// <summary>The only tenant it opens; null for an operator's.</summary>
    public Guid? TenantId { get; }

    /// <summary>Whether it opens everything.</summary>
    public bool Operator { get; }

    /// <summary>Its first characters.</summary>
    public string Prefix { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>When it stopped to work.</summary>
    public DateTimeOffset? RevokedAt { get; }
}

/// <summary>A fresh key with its secret, which is shown this once.</summary>
public sealed record CreatedKeyView : KeyView
{
    /// <summary>Copies a fresh key.</summary>
    public CreatedKeyView(CreatedApiKey created)
        : base(created.Key) => Key = created.Secret;

    /// <summary>What a client sends after <c>Authorization: Bearer</c>.</summary>
    public string Key { get; }
}

/// <summary>A key to make: for one tenant, or, said expressly, for an operator.</summary>
/// <param name="Name">What it is for, 1 to 100 characters.</param>
/// <param name="Tenant">Slug or id of the tenant it opens.</param>
/// <param name="Operator">True for a key that opens everything; then no tenant may be given.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewKey(string? Name, string? Tenant, bool? Operator);
