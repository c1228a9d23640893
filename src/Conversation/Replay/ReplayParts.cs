using Parley.Conversation.Agents;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Vad;

namespace Parley.Conversation.Replay;

/// <summary>What a replay is made of besides the capture.</summary>
/// <param name="VoiceActivity">Judges the captured audio again.</param>
/// <param name="Metrics">Takes the loop's measurements.</param>
/// <param name="Agent">Is asked everything that the captured agent was asked, to compare its answers; null leaves it out.</param>
public sealed record ReplayParts(IVoiceActivityDetectorFactory VoiceActivity, ConversationMetrics Metrics, ICallAgent? Agent = null);
