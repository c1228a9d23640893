namespace Parley.Conversation.Capture;

/// <summary>Deletes captures that are older, or more, than they may be.</summary>
internal static class CaptureRetention
{
    /// <summary>Deletes once, the oldest first, and never what is in <paramref name="busy"/>; returns how many.</summary>
    public static int Clean(CaptureOptions options, DateTimeOffset now, IReadOnlySet<string> busy)
    {
        var root = new DirectoryInfo(options.Folder);
        if (!root.Exists)
            return 0;

        var files = root.EnumerateFiles("*" + CallCaptures.Extension, SearchOption.AllDirectories)
            .Where(f => !busy.Contains(f.FullName))
            .OrderBy(f => f.LastWriteTimeUtc).ThenBy(f => f.Name, StringComparer.Ordinal)
            .ToList();
        var total = files.Sum(f => f.Length);
        var before = options.RetentionDays > 0 ? now.UtcDateTime.AddDays(-options.RetentionDays) : DateTime.MinValue;
        var deleted = 0;
        foreach (var file in files)
        {
            var isTooMuch = options.MaxTotalBytes > 0 && total > options.MaxTotalBytes;
            if (!isTooMuch && file.LastWriteTimeUtc >= before)
                break;

            total -= file.Length;
            file.Delete();
            deleted++;
            RemoveIfEmpty(file.Directory!, root);
        }

        return deleted;
    }

    private static void RemoveIfEmpty(DirectoryInfo day, DirectoryInfo root)
    {
        if (day.FullName == root.FullName || day.EnumerateFileSystemInfos().Any())
            return;

        try
        {
            day.Delete();
        }
        catch (IOException)
        {
            // A call has just begun in it.
        }
    }
}
