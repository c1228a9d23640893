using Microsoft.Extensions.Logging;
using Parley.Conversation.Agents;
using Parley.Conversation.Capture;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Escalations;
using Parley.Conversation.Flags;
using Parley.Conversation.Rag;
using Parley.Conversation.Stores;
using Parley.Conversation.Sts;
using Parley.Conversation.Stt;
using Parley.Conversation.Tools;
using Parley.Conversation.Tts;
using Parley.Conversation.Turns;
using Parley.Conversation.Vad;

namespace Parley.Conversation.Pipeline;

/// <summary>What a call is made of; shared by all calls.</summary>
public sealed record CallServices(
    ICallAgent Agent,
    ISpeechToText SpeechToText,
    ITextToSpeech TextToSpeech,
    IVoiceActivityDetectorFactory VoiceActivity,
    IEndpointingStrategy Endpointing,
    IInterruptionStrategy Interruption,
    ICallJournal Journal,
    ConversationMetrics Metrics,
    TimeProvider Clock,
    ILoggerFactory Loggers,
    CallCaptures? Captures = null,
    IEscalations? Escalations = null,
    IFeatureFlags? Features = null,
    ToolBox? Tools = null,
    SpeechToSpeechModels? SpeechToSpeech = null,
    IKnowledge? Knowledge = null);

/// <summary>Where a call goes on that was cut off from its caller.</summary>
/// <param name="AgentStateJson">The agent's last state.</param>
/// <param name="History">The conversation so far.</param>
/// <param name="NextOrdinal">Ordinal of the next turn.</param>
/// <param name="Reason">Why the call came back.</param>
public sealed record ResumePoint(
    string? AgentStateJson, IReadOnlyList<HistoryEntry> History, int NextOrdinal, ResumeReason Reason = ResumeReason.LineLost);

/// <summary>How a call ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="TransferTo">Number the caller is to be connected to.</param>
/// <param name="TransferSummary">What the one who answers there is told.</param>
public sealed record CallOutcome(CallEndReason Reason, string? TransferTo, string? TransferSummary = null);
