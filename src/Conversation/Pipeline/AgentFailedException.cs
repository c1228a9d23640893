namespace Parley.Conversation.Pipeline;

/// <summary>An agent broke off its answer; what it threw is inside.</summary>
internal sealed class AgentFailedException(Exception cause) : Exception("The agent failed: " + cause.Message, cause);
