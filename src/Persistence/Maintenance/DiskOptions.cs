namespace Parley.Persistence.Maintenance;

/// <summary>What may take room in the data folder; section <c>Database:Disk</c>.</summary>
public sealed record DiskOptions
{
    /// <summary>
    /// Room that is kept free for turns and the embedded database, in bytes, but never more than a tenth of the file system. When it is not
    /// there, recordings and caches give way. Default 1 GiB; 0 turns that off.
    /// </summary>
    public long MinFreeBytes { get; set; } = 1L << 30;

    /// <summary>Most that recordings of calls (<c>captures</c>, <c>timelines</c>) may take, in bytes; the oldest go first. Default 4 GiB.</summary>
    public long MaxDiagnosticsBytes { get; set; } = 4L << 30;

    /// <summary>How often it is looked. Default 30 s.</summary>
    public TimeSpan CheckEvery { get; set; } = TimeSpan.FromSeconds(30);
}
