namespace Parley.Conversation.Turns;

/// <summary>What the caller's audio shows after a frame. Milliseconds; times are on the call's clock.</summary>
internal readonly record struct CallerActivity
{
    /// <summary>Speech began and the utterance is not yet committed or dismissed.</summary>
    public bool IsOpen { get; init; }

    /// <summary>The newest window holds speech.</summary>
    public bool IsSpeaking { get; init; }

    /// <summary>Speech in this utterance so far, pauses left out.</summary>
    public int SpeechMs { get; init; }

    /// <summary>Silence since the last speech, from where its sound ended.</summary>
    public int SilenceMs { get; init; }

    /// <summary>In a pause: a sound has just begun that may turn out to be speech.</summary>
    public bool IsStirring { get; init; }

    /// <summary>When the utterance's first speech was heard.</summary>
    public int SpeechStartMs { get; init; }

    /// <summary>When its last speech was heard.</summary>
    public int SpeechEndMs { get; init; }
}
