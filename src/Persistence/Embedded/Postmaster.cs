using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;

namespace Parley.Persistence.Embedded;

/// <summary>Finds the server process of a data directory through its <c>postmaster.pid</c>.</summary>
[UnsupportedOSPlatform("windows")]
internal static class Postmaster
{
    /// <summary>
    /// The id of the live server of <paramref name="layout"/>, or null. A file left by a server that was killed is removed when its
    /// number now belongs to another program: PostgreSQL itself would refuse to start beside that.
    /// </summary>
    public static int? Find(PostgresLayout layout)
    {
        string? line;
        try
        {
            line = File.ReadLines(layout.PidFile).FirstOrDefault();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        // An unreadable file is left to the server, which knows how to tell a torn one.
        if (!int.TryParse(line, NumberStyles.Integer, CultureInfo.InvariantCulture, out var id) || id <= 0)
            return null;
        if (!Exists(id))
            return null;
        if (!OperatingSystem.IsLinux())
            return id;

        // The server's working directory is its data directory.
        string? workingDirectory;
        try
        {
            workingDirectory = new FileInfo($"/proc/{id}/cwd").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            workingDirectory = null;
        }

        if (workingDirectory == layout.Cluster)
            return id;
        File.Delete(layout.PidFile);
        return null;
    }

    private static bool Exists(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
