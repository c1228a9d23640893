using System.Security.Cryptography;
using System.Text;
using System.Runtime.Versioning;

namespace Parley.Persistence.Embedded;

/// <summary>The files of an embedded server, under one folder that only its user may enter.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed record PostgresLayout(string Root)
{
    /// <summary>Linux's <c>sun_path</c> holds 108 bytes, macOS's 104; less the final zero and <c>/.s.PGSQL.5432</c>.</summary>
    private const int LongestSocketFolder = 104 - 1 - 14;

    /// <summary>PostgreSQL's own data directory.</summary>
    public string Cluster => Path.Combine(Root, "cluster");

    /// <summary>A data directory in the making; renamed once complete, so that a crash leaves no half of one.</summary>
    public string NewCluster => Path.Combine(Root, "cluster.new");

    public string Log => Path.Combine(Root, "postgres.log");

    public string Password => Path.Combine(Root, "password");

    /// <summary>Held by the process that looks after the server; freed by the system when it dies.</summary>
    public string OwnerLock => Path.Combine(Root, "owner.lock");

    public string PidFile => Path.Combine(Cluster, "postmaster.pid");

    /// <summary>Folder of the Unix socket: inside, or, when that path is too long for a socket, a short one made of its hash.</summary>
    public string SocketFolder
    {
        get
        {
            var inside = Path.Combine(Root, "socket");
            return Encoding.UTF8.GetByteCount(inside) <= LongestSocketFolder ? inside : Path.Combine(Path.GetTempPath(), "parley-" + Hash(Root));
        }
    }

    /// <summary>
    /// The layout for a data directory: its folder <c>postgres</c>. When Parley runs as root and the server's user cannot get there (a
    /// closed home folder above it), <c>/var/lib/parley/&lt;hash of the path&gt;</c> is used instead.
    /// </summary>
    public static PostgresLayout For(string dataDirectory, ServerUser user, out string? closedParent)
    {
        var inside = Path.Combine(Path.GetFullPath(dataDirectory), "postgres");
        closedParent = user.ClosedParent(inside);
        return new PostgresLayout(closedParent is null ? inside : Path.Combine("/var/lib/parley", Hash(inside)));
    }

    /// <summary>The last lines of the server's log, for an error message.</summary>
    public string LogTail()
    {
        try
        {
            using var stream = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            stream.Seek(-Math.Min(stream.Length, 4096), SeekOrigin.End);
            using var reader = new StreamReader(stream);
            return string.Join('\n', reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(12));
        }
        catch (IOException)
        {
            return "(no log)";
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6));
}
