using System.Globalization;

namespace Parley.Loading;

/// <summary>Finds the process of this machine that listens on a port, through <c>/proc</c>.</summary>
internal static class ListeningProcess
{
    private const string Listening = "0A";

    /// <summary>The process's id; null when there is none, or none of ours.</summary>
    public static int? Find(int port)
    {
        var sockets = Inodes("/proc/net/tcp", port).Concat(Inodes("/proc/net/tcp6", port)).Select(i => $"socket:[{i}]").ToHashSet();
        if (sockets.Count == 0)
            return null;

        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && Holds(folder, sockets))
                return id;
        }

        return null;
    }

    /// <summary>The inodes of the sockets that listen on a port, out of a table like <c>/proc/net/tcp</c>.</summary>
    internal static IEnumerable<string> Inodes(IEnumerable<string> table, int port)
    {
        var suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return table.Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(f => f.Length > 9 && f[1].EndsWith(suffix, StringComparison.Ordinal) && f[3] == Listening)
            .Select(f => f[9]);
    }

    private static string[] Inodes(string file, int port)
    {
        try
        {
            return [.. Inodes(File.ReadLines(file), port)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool Holds(string folder, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(folder, "fd"))
                .Any(fd => File.ResolveLinkTarget(fd, returnFinalTarget: false) is { } target && sockets.Contains(Path.GetFileName(target.FullName)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's, or gone.
            return false;
        }
    }
}
