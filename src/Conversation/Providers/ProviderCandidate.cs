namespace Parley.Conversation.Providers;

/// <summary>A provider in a chain.</summary>
internal sealed record ProviderCandidate<T>(string Name, T Provider, ProviderGate Gate);
