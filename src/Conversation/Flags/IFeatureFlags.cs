namespace Parley.Conversation.Flags;

/// <summary>What tenants have: by default, by their plan, and by exceptions of their own.</summary>
public interface IFeatureFlags
{
    /// <summary>A tenant's features, from memory: at most 30 s old, and renewed at once when the database tells of a change.</summary>
    TenantFeatures For(Guid tenantId);
}
