using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Capture;

/// <summary>A <see cref="CallEvent"/> as it is read from a capture: what it is about is known by number.</summary>
internal sealed record CapturedEvent(CallEventKind Kind)
{
    /// <summary>The reply or the clause it is about. A holding phrase has the negative number of its reply.</summary>
    public int Subject { get; init; }

    /// <summary>The reply a new clause belongs to.</summary>
    public int Reply { get; init; }

    /// <summary>Key, request, characters spoken, or end reason.</summary>
    public int Number { get; init; }

    public string? Text { get; init; }

    public string? Error { get; init; }

    public long TimestampMs { get; init; }

    public byte[] Audio { get; init; } = [];

    public WordTiming[]? Words { get; init; }

    public AgentEvent? Output { get; init; }

    public bool IsFiller { get; init; }

    /// <summary>With a transcript: the recogniser took the caller to be done.</summary>
    public bool EndOfSpeech { get; init; }
}

/// <summary>Something the loop gave out.</summary>
internal readonly record struct CallOutput(long AtMs, CallOutputKind Kind, long Number, string Text);

/// <summary>One step of a captured call: an event, and what the loop gave out while it handled it.</summary>
internal sealed record CapturedStep(long AtMs, CapturedEvent? Event, List<CallOutput> Outputs);
