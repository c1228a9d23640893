using Parley.Persistence.Maintenance;

namespace Parley.Persistence;

/// <summary>
/// Where the data is kept; section <c>Database</c>. When the connection string <c>ConnectionStrings:Parley</c> is set, that server
/// (PostgreSQL 15 or later) is used and the embedded one is not started.
/// </summary>
public sealed record DatabaseOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Database";

    /// <summary>The name of the connection string.</summary>
    public const string ConnectionStringName = "Parley";

    /// <summary>
    /// Folder of everything Parley keeps on disk: the embedded server's files and what waits to be written while a server is away.
    /// A relative path is taken from the content root. Default <c>data</c>.
    /// </summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>Folder of PostgreSQL's programs (<c>initdb</c>, <c>pg_ctl</c>); null to look for them.</summary>
    public string? PostgresBinDirectory { get; set; }

    /// <summary>
    /// Whether the embedded server waits for the disk at each commit. False is for tests only: a power cut may then corrupt the data.
    /// </summary>
    public bool Durable { get; set; } = true;

    /// <summary>
    /// How long the embedded server may take to accept connections, crash recovery included. Default 2 minutes: twice
    /// <c>pg_ctl</c>'s own default of 60 s, for slow disks.
    /// </summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>What may take room in the data folder.</summary>
    public DiskOptions Disk { get; set; } = new();

    /// <summary>How long what nobody looks at any more is kept.</summary>
    public RetentionOptions Retention { get; set; } = new();
}
