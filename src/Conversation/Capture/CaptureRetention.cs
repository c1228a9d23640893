namespace Parley.Conversation.Capture;

/// <summary>Deletes captures that are older, or more, than they may be, and those of calls that are to be forgotten.</summary>
internal static class CaptureRetention
{
    private const int IdChars = 36;

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

    /// <summary>The calls that there are captures of.</summary>
    public static HashSet<Guid> Calls(CaptureOptions options) => [.. Files(new DirectoryInfo(options.Folder)).Select(CallOf).OfType<Guid>()];

    /// <summary>Deletes every part of the captures of some calls; returns how many files.</summary>
    /// <exception cref="IOException">A file cannot be deleted; all others are.</exception>
    public static int Remove(CaptureOptions options, IReadOnlySet<Guid> calls)
    {
        var root = new DirectoryInfo(options.Folder);
        var (deleted, failure) = (0, (Exception?)null);
        foreach (var file in Files(root).ToList())
        {
            if (!(CallOf(file) is { } call && calls.Contains(call)))
                continue;
            try
            {
                file.Delete();
                deleted++;
                RemoveIfEmpty(file.Directory!, root);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                failure = e;
            }
        }

        return failure is null ? deleted : throw new IOException($"Captures of deleted calls could not be deleted: {failure.Message}", failure);
    }

    private static IEnumerable<FileInfo> Files(DirectoryInfo root) =>
        root.Exists ? root.EnumerateFiles("*" + CallCaptures.Extension, SearchOption.AllDirectories) : [];

    // "<id>.parleycap", and "<id>-2.parleycap" of a call that came back.
    private static Guid? CallOf(FileInfo file) => file.Name.Length >= IdChars && Guid.TryParseExact(file.Name[..IdChars], "D", out var call) ? call : null;

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
