namespace Parley.Conversation.Native;

/// <summary>Where the embedded speech parts are and how much of the machine they may use. Configuration section <c>Speech</c>.</summary>
public sealed class SpeechOptions
{
    /// <summary>The configuration section these options are bound to.</summary>
    public const string SectionName = "Speech";

    /// <summary>
    /// The folder that <c>speech/install.sh</c> fills. When unset: the first folder <c>speech</c> holding a <c>package.json</c>,
    /// looked for beside the program and in the folders above it.
    /// </summary>
    public string? Directory { get; set; }

    /// <summary>
    /// Threads that recognise speech, 0 to 64; 0 (the default) means one a processor. One thread decodes about 25 seconds of speech
    /// a second, so a call that talks all the time takes some 4 % of one (more with interim results).
    /// </summary>
    public int RecognitionThreads { get; set; }

    /// <summary>Whether callers' words are guessed while they still speak. Costs about twice the recognition time; only spare threads do it.</summary>
    public bool InterimResults { get; set; } = true;
}
