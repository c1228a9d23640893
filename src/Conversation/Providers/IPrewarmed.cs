namespace Parley.Conversation.Providers;

/// <summary>A provider whose connections can be opened before they are needed: while the telephone rings.</summary>
public interface IPrewarmed
{
    /// <summary>Opens what a call will need. Never throws for a provider that is away: the call's own first use tells.</summary>
    Task PrewarmAsync(ProviderChoice? choice, CancellationToken cancellationToken);
}
