namespace Parley.Conversation.Capture;

/// <summary>Which calls are captured, and how captures are kept; section <c>Capture</c>.</summary>
public sealed class CaptureOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Capture";

    /// <summary>Capture every call whose tenant does not say otherwise. Default false: a capture holds the caller's voice.</summary>
    public bool Enabled { get; set; }

    /// <summary>Folder of the captures; null for <c>data/captures</c>. The server sets it to <c>captures</c> in its data folder.</summary>
    public string? Directory { get; set; }

    internal string Folder => Directory ?? Path.Combine("data", "captures");

    /// <summary>Base64 of 32 bytes: captures are encrypted with AES-256-GCM. Null leaves them readable to whoever reads the folder.</summary>
    public string? Key { get; set; }

    /// <summary>
    /// Most bytes that wait to be written, over all calls. When the disk does not keep up, captures are given up and calls go on.
    /// Default 32 MiB, about half a minute of a hundred calls.
    /// </summary>
    public int MaxQueuedBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>Days a capture is kept; 0 keeps it for ever. Default 14.</summary>
    public int RetentionDays { get; set; } = 14;

    /// <summary>Most bytes of captures kept; the oldest go first. 0 sets no bound. Default 5 GiB.</summary>
    public long MaxTotalBytes { get; set; } = 5L * 1024 * 1024 * 1024;
}
