namespace Parley.Conversation.Stt.Azure;

/// <summary>What stays the same over all connections of a call.</summary>
/// <param name="Address">Where to connect.</param>
/// <param name="Config">Body of <c>speech.config</c>.</param>
/// <param name="Context">Body of <c>speech.context</c>.</param>
/// <param name="Language">The call's language.</param>
internal sealed record AzureRecognitionSetup(Uri Address, string Config, string Context, string Language);
