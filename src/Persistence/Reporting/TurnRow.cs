using Parley.Conversation.Agents;
using Parley.Conversation.Stores;
using Parley.Persistence.Json;

namespace Parley.Persistence.Reporting;

/// <summary>A turn as it stands in its table.</summary>
internal sealed class TurnRow
{
    public const string Columns =
        """
        ordinal, speaker, source, generated_text, sent_text,
        heard_text, interrupted, started_at, ended_at,
        speech_start_ms, speech_end_ms, final_text_ms, end_of_turn_ms,
        first_agent_text_ms, first_audio_ms, first_frame_sent_ms,
        first_mark_ms, interrupted_ms, speculated, decision::text as decision
        """;

    public int Ordinal { get; init; }
    public string Speaker { get; init; } = "";
    public string? Source { get; init; }
    public string GeneratedText { get; init; } = "";
    public string SentText { get; init; } = "";
    public string HeardText { get; init; } = "";
    public bool Interrupted { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset EndedAt { get; init; }
    public int? SpeechStartMs { get; init; }
    public int? SpeechEndMs { get; init; }
    public int? FinalTextMs { get; init; }
    public int? EndOfTurnMs { get; init; }
    public int? FirstAgentTextMs { get; init; }
    public int? FirstAudioMs { get; init; }
    public int? FirstFrameSentMs { get; init; }
    public int? FirstMarkMs { get; init; }
    public int? InterruptedMs { get; init; }
    public bool Speculated { get; init; }
    public string? Decision { get; init; }

    public TurnRecord ToTurn(Guid callId) => new()
    {
        CallId = callId,
        Ordinal = Ordinal,
        Speaker = EnumText<Speaker>.Parse(Speaker),
        Source = Source,
        GeneratedText = GeneratedText,
        SentText = SentText,
        HeardText = HeardText,
        Interrupted = Interrupted,
        StartedAt = StartedAt,
        EndedAt = EndedAt,
        DecisionJson = Decision,
        Times = new TurnTimes
        {
            SpeechStartMs = SpeechStartMs,
            SpeechEndMs = SpeechEndMs,
            FinalTextMs = FinalTextMs,
            EndOfTurnMs = EndOfTurnMs,
            FirstAgentTextMs = FirstAgentTextMs,
            FirstAudioMs = FirstAudioMs,
            FirstFrameSentMs = FirstFrameSentMs,
            FirstMarkMs = FirstMarkMs,
            InterruptedMs = InterruptedMs,
            Speculated = Speculated,
        },
    };
}
