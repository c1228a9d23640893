namespace Parley.Conversation.Pipeline;

/// <summary>How a conversation is timed. All values are milliseconds unless they say otherwise; section <c>Conversation</c>.</summary>
public sealed class PipelineOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Conversation";

    /// <summary>
    /// How much audio is kept in the carrier's buffer ahead of its playback. Large enough to hide a pause of the server or the network,
    /// small enough that an interruption has little to throw away. Default 400.
    /// </summary>
    public int PlayoutLeadMs { get; set; } = 400;

    /// <summary>Speech probability from which a window counts as speech. Default 0.5, Silero's own recommendation.</summary>
    public double SpeechThreshold { get; set; } = 0.5;

    /// <summary>Speech probability under which speech is over; lower than the start so that a soft syllable does not end it. Default 0.35.</summary>
    public double SilenceThreshold { get; set; } = 0.35;

    /// <summary>Audio kept from before the first speech window, so that the recogniser hears the onset. Default 320.</summary>
    public int PreRollMs { get; set; } = 320;

    /// <summary>Speech shorter than this is a click, not an utterance. Default 90.</summary>
    public int MinSpeechMs { get; set; } = 90;

    /// <summary>Silence after which the final text is asked for and the reply prepared. Default 120.</summary>
    public int SpeculateAfterMs { get; set; } = 120;

    /// <summary>
    /// Whether the reply is prepared while the pause is judged. Default true; without it a model and a voice are asked for committed turns only,
    /// which saves what is thrown away and makes the caller wait.
    /// </summary>
    public bool Speculate { get; set; } = true;

    /// <summary>How long to wait for a final text before the turn goes on without it. Default 3,000.</summary>
    public int FinalTextDeadlineMs { get; set; } = 3000;

    /// <summary>Silence of the caller, from the moment the carrier finished playing, before the agent asks again. Default 7,000.</summary>
    public int IdleMs { get; set; } = 7000;

    /// <summary>How often the agent asks a silent caller again before the call ends. Default 2.</summary>
    public int IdleReprompts { get; set; } = 2;

    /// <summary>Longest call, in seconds; then the agent says goodbye. Default 900.</summary>
    public int MaxCallSeconds { get; set; } = 900;

    /// <summary>Without any message from the carrier for this long, the call is lost. Default 15,000.</summary>
    public int MediaTimeoutMs { get; set; } = 15_000;

    /// <summary>A key sequence is complete when no key follows for this long. Default 1,500.</summary>
    public int InterKeyMs { get; set; } = 1500;

    /// <summary>Time from the end of a turn until a holding phrase is spoken when the reply has no sound yet. Default 1,200.</summary>
    public int HoldPhraseAfterMs { get; set; } = 1200;

    /// <summary>Time from the end of a turn until the agent is given up and apologised for. Default 12,000.</summary>
    public int ReplyDeadlineMs { get; set; } = 12_000;

    /// <summary>A synthesiser that gives no sound for this long after it was asked for a clause is asked once more. Default 3,000.</summary>
    public int SynthesisStartMs { get; set; } = 3000;

    /// <summary>A synthesiser that gives nothing for this long in the middle of a clause is asked again for the rest. Default 1,000.</summary>
    public int SynthesisStallMs { get; set; } = 1000;

    /// <summary>
    /// How long sound of a speech-to-speech model is held for its words, once the caller would hear it; then it is let go, and cut when its words turn out
    /// wrong. Not for tenants that are strict (<see cref="Tenants.AgentSettings.Strict"/>). Default 300.
    /// </summary>
    public int SpeechHoldMs { get; set; } = 300;

    /// <summary>How long after audio should have been played its mark is waited for. Default 3,000.</summary>
    public int MarkDeadlineMs { get; set; } = 3000;

    /// <summary>How long the last words of a caller who hung up are waited for. Default 2,000.</summary>
    public int LastWordsDeadlineMs { get; set; } = 2000;

    /// <summary>Events a call may have waiting; beyond half of it, audio is dropped first. Default 2,048.</summary>
    public int QueueCapacity { get; set; } = 2048;

    internal TimeSpan SynthesisStall => TimeSpan.FromMilliseconds(SynthesisStallMs);

    internal TimeSpan SynthesisStart => TimeSpan.FromMilliseconds(SynthesisStartMs);

    /// <summary>Endpointing, see <see cref="Turns.EndpointingOptions"/>.</summary>
    public Turns.EndpointingOptions Endpointing { get; set; } = new();

    /// <summary>Interruptions, see <see cref="Turns.InterruptionOptions"/>.</summary>
    public Turns.InterruptionOptions Interruption { get; set; } = new();
}
