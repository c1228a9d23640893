using Microsoft.Extensions.Logging;

namespace Parley.Persistence.Maintenance;

/// <summary>
/// Keeps room on the disk of the data folder: what is only there to look into, or can be made again, gives way to what callers said. In
/// this order, the oldest files first: <c>captures</c>, <c>timelines</c>, <c>phrases</c>, set-aside logs. The journal's spool and the
/// database's own files are never touched.
/// </summary>
public sealed partial class DiskRoom(DatabaseOptions options, ILogger<DiskRoom> logger)
{
    private static readonly string[] Recordings = ["captures", "timelines"];
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, IgnoreInaccessible = true };

    private readonly Lock gate = new();
    private readonly string folder = Path.GetFullPath(options.DataDirectory);
    private bool isShort;

    /// <summary>Less room than is to be kept was left when it was last looked, after everything had given way.</summary>
    public bool IsShort => Volatile.Read(ref isShort);

    /// <summary>Bytes free and in all on the file system of a folder; a test replaces it.</summary>
    internal Func<string, (long Free, long Total)> Measure { get; set; } = static folder =>
    {
        var drive = new DriveInfo(folder);
        return (drive.AvailableFreeSpace, drive.TotalSize);
    };

    /// <summary>Deletes what gives way until enough room is free; returns how many bytes that freed.</summary>
    public long MakeRoom()
    {
        lock (gate)
        {
            try
            {
                return Tidy(Candidates([.. Recordings, "phrases"]).Concat(OldLogs()), Missing(), "little room is left");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogFailed(e, folder);
                return 0;
            }
        }
    }

    /// <summary>Holds recordings to their budget and makes room when too little is free; whether enough is free now.</summary>
    internal bool Tend()
    {
        lock (gate)
        {
            try
            {
                var recordings = Candidates(Recordings).ToList();
                Tidy(recordings, recordings.Sum(f => f.Length) - options.Disk.MaxDiagnosticsBytes, "recordings have used up their budget");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogFailed(e, folder);
            }

            MakeRoom();
            Note();
            return !isShort;
        }
    }

    /// <summary>Bytes that are missing to what is to be kept free; 0 or less when nothing is.</summary>
    private long Missing()
    {
        if (!Directory.Exists(folder))
            return 0;
        var (free, total) = Measure(folder);
        return Math.Min(options.Disk.MinFreeBytes, total / 10) - free;
    }

    private void Note()
    {
        try
        {
            var missing = Missing();
            if (missing > 0 && !isShort)
                LogShort(folder, missing);
            else if (missing <= 0 && isShort)
                LogEnough(folder);
            Volatile.Write(ref isShort, missing > 0);
        }
        catch (IOException e)
        {
            LogFailed(e, folder);
        }
    }

    private long Tidy(IEnumerable<FileInfo> candidates, long excess, string why)
    {
        var freed = 0L;
        var files = 0;
        foreach (var file in candidates)
        {
            if (freed >= excess)
                break;
            var length = file.Length;
            file.Delete();
            freed += length;
            files++;
            DeleteIfEmpty(file.Directory);
        }

        if (files > 0)
            LogGaveWay(files, freed, folder, why);
        return freed;
    }

    /// <summary>The files of the folders named: folder after folder, in each the oldest first.</summary>
    private IEnumerable<FileInfo> Candidates(IEnumerable<string> folders) => folders
        .Select(name => new DirectoryInfo(Path.Combine(folder, name)))
        .Where(d => d.Exists)
        .SelectMany(d => d.EnumerateFiles("*", Everything).OrderBy(f => f.LastWriteTimeUtc).ThenBy(f => f.FullName, StringComparer.Ordinal));

    private IEnumerable<FileInfo> OldLogs() =>
        new[] { new FileInfo(Path.Combine(folder, "postgres", "postgres.log.1")) }.Where(f => f.Exists);

    /// <summary>A day whose recordings are all gone.</summary>
    private void DeleteIfEmpty(DirectoryInfo? directory)
    {
        // Not the top folder itself: its owner may be about to write there.
        if (directory?.Parent is null || directory.Parent.FullName == folder || directory.EnumerateFileSystemInfos().Any())
            return;
        try
        {
            directory.Delete();
        }
        catch (IOException)
        {
            // Somebody has written a file meanwhile.
        }
    }

    [LoggerMessage(6710, LogLevel.Warning, "{Files} files ({Bytes} bytes) of recordings and caches were deleted in {Folder}: {Why}")]
    private partial void LogGaveWay(int files, long bytes, string folder, string why);

    [LoggerMessage(6711, LogLevel.Error, "The disk of {Folder} is nearly full: {Missing} bytes are missing, and nothing is left that could give way")]
    private partial void LogShort(string folder, long missing);

    [LoggerMessage(6712, LogLevel.Information, "The disk of {Folder} has room again")]
    private partial void LogEnough(string folder);

    [LoggerMessage(6713, LogLevel.Warning, "Room could not be made in {Folder}")]
    private partial void LogFailed(Exception exception, string folder);
}
