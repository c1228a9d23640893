using System.Collections.Frozen;

namespace Parley.Conversation.Flags;

/// <summary>What a tenant has. A feature that nothing is said about is there. Immutable.</summary>
public sealed class TenantFeatures
{
    /// <summary>Everything.</summary>
    public static readonly TenantFeatures All = new([]);

    private readonly FrozenDictionary<string, bool> switches;

    /// <summary>Takes layers of switches, the weakest first: defaults, plan, the tenant's own.</summary>
    public TenantFeatures(params IEnumerable<IEnumerable<KeyValuePair<string, bool>>> layers)
    {
        var merged = new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        foreach (var (feature, on) in layers.SelectMany(static layer => layer))
            merged[feature] = on;
        switches = merged.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>What is switched on or off.</summary>
    public IReadOnlyDictionary<string, bool> Switches => switches;

    /// <summary>Whether the tenant has a feature; for a language with a region also what is said of the language without it.</summary>
    public bool Has(string feature)
    {
        ArgumentNullException.ThrowIfNull(feature);
        if (switches.TryGetValue(feature, out var on))
            return on;
        return !Features.IsLanguage(feature) || feature.IndexOf('-') is not (> 0 and var region)
            || !switches.TryGetValue(feature[..region], out on) || on;
    }
}
