using System.Text;
using System.Text.Json;
using Parley.Persistence.Json;

namespace Parley.Persistence.Calls;

/// <summary>
/// A file of journal entries as JSON lines, for the time the database is away. Each process has its own, held by a file lock; what a dead
/// process left behind is taken over. Used by one thread.
/// </summary>
internal sealed class JournalSpool : IDisposable
{
    private const string RejectedName = "rejected.jsonl";

    private readonly string directory;
    private readonly string path;
    private FileStream file;
    private long read;

    private JournalSpool(string directory, string path, FileStream file)
    {
        this.directory = directory;
        this.path = path;
        this.file = file;
    }

    /// <summary>Whether entries wait that were not read yet.</summary>
    public bool HasUnread => read < file.Length;

    /// <summary>Opens a fresh file and moves the entries of dead processes into it, oldest first.</summary>
    public static JournalSpool Open(string directory, DateTimeOffset now)
    {
        Directory.CreateDirectory(directory);
        var leftOver = Directory.GetFiles(directory, "spool-*.jsonl").Order(StringComparer.Ordinal).ToList();
        var path = Path.Combine(directory, $"spool-{Guid.CreateVersion7(now)}.jsonl");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        foreach (var old in leftOver)
        {
            try
            {
                using (var source = new FileStream(old, FileMode.Open, FileAccess.Read, FileShare.None))
                {
                    source.CopyTo(file);
                    // The last line may have been cut off by a crash; it must not swallow the next one.
                    file.WriteByte((byte)'\n');
                }

                file.Flush(flushToDisk: true);
                File.Delete(old);
            }
            catch (IOException)
            {
                // Held by a live process.
            }
        }

        return new JournalSpool(directory, path, file);
    }

    /// <summary>Adds entries at the end; on the disk when it returns.</summary>
    public void Append(IEnumerable<JournalEntry> entries)
    {
        file.Seek(0, SeekOrigin.End);
        WriteAll(file, entries);
    }

    /// <summary>Puts entries before those that were not read yet, and forgets those that were.</summary>
    public void Prepend(IReadOnlyCollection<JournalEntry> entries)
    {
        var newPath = path + ".new";
        var file = new FileStream(newPath, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        WriteAll(file, entries);
        this.file.Seek(read, SeekOrigin.Begin);
        this.file.CopyTo(file);
        file.Flush(flushToDisk: true);
        File.Move(newPath, path, overwrite: true);
        this.file.Dispose();
        this.file = file;
        read = 0;
    }

    /// <summary>Reads the next entries, at most <paramref name="count"/>; lines that cannot be read are handed to <paramref name="onTorn"/>.</summary>
    public List<JournalEntry> Read(int count, Action<string> onTorn)
    {
        var entries = new List<JournalEntry>();
        file.Seek(read, SeekOrigin.Begin);
        using var reader = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        while (entries.Count < count && reader.ReadLine() is { } line)
        {
            // Lines end with one byte; the last of a cut-off file with none.
            read = Math.Min(read + Encoding.UTF8.GetByteCount(line) + 1, file.Length);
            if (line.Length == 0)
                continue;
            try
            {
                entries.Add(PersistenceJson.Read<JournalEntry>(line));
            }
            catch (JsonException)
            {
                onTorn(line);
            }
        }

        return entries;
    }

    /// <summary>Forgets everything; only when all that was read is stored.</summary>
    public void Clear()
    {
        if (file.Length == 0)
            return;
        file.SetLength(0);
        file.Flush(flushToDisk: true);
        read = 0;
    }

    /// <summary>Keeps a line that the database refused for good, for a person to look at.</summary>
    public void Reject(string line) => File.AppendAllText(Path.Combine(directory, RejectedName), line + "\n");

    /// <summary>Closes the file, and removes it when nothing waits in it.</summary>
    public void Dispose()
    {
        var empty = file.Length == 0;
        file.Dispose();
        if (empty)
            File.Delete(path);
    }

    private static void WriteAll(FileStream file, IEnumerable<JournalEntry> entries)
    {
        foreach (var entry in entries)
            file.Write(Encoding.UTF8.GetBytes(PersistenceJson.Write(entry) + "\n"));
        file.Flush(flushToDisk: true);
    }
}
