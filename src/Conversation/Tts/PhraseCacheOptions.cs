namespace Parley.Conversation.Tts;

/// <summary>Where synthesised phrases are kept; section <c>PhraseCache</c>.</summary>
public sealed class PhraseCacheOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "PhraseCache";

    /// <summary>Folder of the phrases on disk; null keeps them in memory only. The server sets it to <c>phrases</c> in its data folder.</summary>
    public string? Directory { get; set; }

    /// <summary>Most audio kept in memory, in bytes; a second is 8,000. Default 16 MiB.</summary>
    public int MaxMemoryBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Most audio kept on disk, in bytes. Default 128 MiB.</summary>
    public long MaxDiskBytes { get; set; } = 128 * 1024 * 1024;
}
