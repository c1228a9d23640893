using System.Runtime.InteropServices;
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

    /// <summary>A batch is one write; a failed one must not leave bytes behind that the next would bring along.</summary>
    private const int Unbuffered = 0;

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

    /// <summary>Whether anything is in the file, read or not.</summary>
    public bool InUse => file.Length > 0;

    /// <summary>Whether entries wait that were not read yet.</summary>
    public bool HasUnread => read < file.Length;

    /// <summary>Opens a fresh file and moves the entries of dead processes into it, oldest first.</summary>
    public static JournalSpool Open(string directory, DateTimeOffset now)
    {
        Directory.CreateDirectory(directory);
        var leftOver = Directory.GetFiles(directory, "spool-*.jsonl").Order(StringComparer.Ordinal).ToList();
        var path = Path.Combine(directory, $"spool-{Guid.CreateVersion7(now)}.jsonl");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, Unbuffered);
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
    public void Append(IReadOnlyCollection<JournalEntry> entries)
    {
        var end = file.Length;
        try
        {
            file.Seek(end, SeekOrigin.Begin);
            WriteAll(file, entries);
        }
        catch (IOException)
        {
            // Half a line would swallow the one that is written after it.
            file.SetLength(end);
            throw;
        }
    }

    /// <summary>Adds entries that count as read, because they are in memory; only while the file is empty.</summary>
    public void AppendRead(IReadOnlyCollection<JournalEntry> entries)
    {
        Append(entries);
        read = file.Length;
    }

    /// <summary>Puts entries before those that were not read yet, and forgets those that were.</summary>
    public void Prepend(IReadOnlyCollection<JournalEntry> entries)
    {
        var newPath = path + ".new";
        var file = new FileStream(newPath, FileMode.Create, FileAccess.ReadWrite, FileShare.None, Unbuffered);
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
        // Disposing of it would close the file.
        var bytes = new BufferedStream(file, 1 << 16);
        while (entries.Count < count && ReadLine(bytes) is { Count: > 0 } raw)
        {
            // Counted in bytes: a cut-off line may end within a character.
            read += raw.Count;
            var line = Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(raw)).TrimEnd('\n');
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

    /// <summary>The bytes up to and with the next line feed; none at the end.</summary>
    private static List<byte> ReadLine(BufferedStream bytes)
    {
        var line = new List<byte>();
        while (bytes.ReadByte() is >= 0 and var next)
        {
            line.Add((byte)next);
            if (next == '\n')
                break;
        }

        return line;
    }

    private static void WriteAll(FileStream file, IReadOnlyCollection<JournalEntry> entries)
    {
        var lines = new StringBuilder();
        foreach (var entry in entries)
            lines.Append(PersistenceJson.Write(entry)).Append('\n');
        file.Write(Encoding.UTF8.GetBytes(lines.ToString()));
        file.Flush(flushToDisk: true);
    }
}
