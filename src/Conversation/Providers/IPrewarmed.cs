using Parley.Conversation.Tenants;

namespace Parley.Conversation.Providers;

/// <summary>A provider whose connections can be opened before they are needed: while the telephone rings.</summary>
public interface IPrewarmed
{
    /// <summary>Opens what a call will need. Never throws for a provider that is away: the call's own first use tells.</summary>
    Task PrewarmAsync(ExpectedCall call, CancellationToken cancellationToken);
}

/// <summary>What is known of a call that rings: providers have it in the addresses of their connections.</summary>
/// <param name="Language">BCP 47 tag, such as <c>en-US</c>.</param>
/// <param name="Hints">Words the caller is likely to say.</param>
/// <param name="Providers">The tenant's choice of providers.</param>
public sealed record ExpectedCall(string Language, IReadOnlyList<string> Hints, ProviderChoice? Providers = null)
{
    /// <summary>A call of this tenant's.</summary>
    public static ExpectedCall Of(Tenant tenant)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        return new ExpectedCall(tenant.Language, [.. tenant.Services.Select(static s => s.Name), tenant.Name], tenant.Providers);
    }
}
