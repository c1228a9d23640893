using Parley.Conversation.Playout;
using Parley.Conversation.Sts;

namespace Parley.Conversation.Pipeline;

/// <summary>Tools that a speech-to-speech model asked for have come to results.</summary>
internal sealed record ToolsRun(Reply Reply, SpeechTools Tools, List<(string CallId, string Result)> Results);
