using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Parley.Persistence.Json;
using Parley.Persistence.Maintenance;

namespace Parley.Persistence.Calls;

/// <summary>
/// What the journal has not written yet, in order: a bounded channel that anyone fills, then memory, and from <see cref="ToDisk"/> on a file, until all
/// of that is written. Everything but adding belongs to the journal's writer.
/// </summary>
internal sealed partial class JournalBacklog(
    string directory, DiskRoom? room, Counter<long> lost, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>Entries that may wait for the writer; it moves them on within one attempt, so that this is thousands of turns a second.</summary>
    private const int ChannelCapacity = 16_384;

    /// <summary>Entries taken into memory at a time; a turn is about a kilobyte.</summary>
    internal const int MemoryBound = 512;

    /// <summary>Entries that may wait in memory only, when the database answers but not fast enough.</summary>
    internal const int BehindBound = 64;

    private readonly Channel<JournalEntry> channel = Channel.CreateBounded<JournalEntry>(
        new BoundedChannelOptions(ChannelCapacity) { SingleReader = true });

    /// <summary>What is written next. While the spool is in use all of it is on the disk too.</summary>
    private readonly Queue<JournalEntry> pending = new();

    /// <summary>What came in after the spooled entries and is not on the disk yet; empty unless the disk fails.</summary>
    private readonly List<JournalEntry> late = [];

    private JournalSpool? spool;
    private Task<bool>? arrival;
    private int count;
    private long spooled;
    private bool diskFailed;
    private long failedAppends;

    /// <summary>Entries of this process that wait, wherever they are.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Entries of this process that were put on the disk.</summary>
    public long Spooled => Interlocked.Read(ref spooled);

    /// <summary>How often nothing could be put on the disk.</summary>
    public long FailedAppends => Interlocked.Read(ref failedAppends);

    /// <summary>Entries wait for room on the disk, behind those that are there.</summary>
    public bool HasLate => late.Count > 0;

    /// <summary>No more is to be taken in: a disk that fails is not asked again at once, and memory is bounded.</summary>
    public bool IsFull => late.Count > 0 || (spool is { InUse: false } && pending.Count >= MemoryBound);

    /// <summary>Adds an entry, on any thread; false when there is no room, or it is closed.</summary>
    public bool TryAdd(JournalEntry entry)
    {
        Interlocked.Increment(ref count);
        if (channel.Writer.TryWrite(entry))
            return true;
        Interlocked.Decrement(ref count);
        return false;
    }

    /// <summary>Takes no more entries.</summary>
    public void Close() => channel.Writer.TryComplete();

    /// <summary>Size of the files that entries wait in, left-overs included.</summary>
    public Measurement<long>[] SpoolBytes()
    {
        try
        {
            return [new Measurement<long>(new DirectoryInfo(directory).EnumerateFiles("spool-*.jsonl").Sum(file => file.Length))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not made yet, or a file vanished while we looked.
            return [];
        }
    }

    /// <summary>Opens the file, and takes over what dead processes left behind.</summary>
    public void Open()
    {
        try
        {
            spool = JournalSpool.Open(directory, time.GetUtcNow());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without a file the journal still works as long as the database does.
            LogNoSpool(e, directory);
        }
    }

    /// <summary>The oldest entry; it stays until <see cref="Written"/>. Null when nothing waits that could be written now.</summary>
    public JournalEntry? Next()
    {
        TakeIn();
        if (pending.Count == 0 && spool is { HasUnread: true })
            ReadBack(spool);
        if (pending.Count == 0)
        {
            if (spool is { HasUnread: false })
                spool.Clear();
            return null;
        }

        if (pending.Count > BehindBound)
            ToDisk();
        return pending.Peek();
    }

    /// <summary>The entry of <see cref="Next"/> is written, or set aside.</summary>
    public void Written()
    {
        pending.Dequeue();
        Interlocked.Decrement(ref count);
    }

    /// <summary>Whether something came in; false when nothing will any more.</summary>
    public Task<bool> ArrivalAsync(CancellationToken cancellationToken)
    {
        if (arrival is null or { IsCompleted: true })
            arrival = channel.Reader.WaitToReadAsync(cancellationToken).AsTask();
        return arrival;
    }

    /// <summary>Moves what came in from the channel into memory, or behind what is already spooled.</summary>
    public void TakeIn()
    {
        if (spool is null or { InUse: false })
        {
            // Nothing is on the disk: what could not be put there is the oldest.
            late.ForEach(pending.Enqueue);
            late.Clear();
            while ((spool is null || pending.Count < MemoryBound) && channel.Reader.TryRead(out var entry))
                pending.Enqueue(entry);
            return;
        }

        while (channel.Reader.TryRead(out var entry))
            late.Add(entry);
        if (late.Count == 0 || !TrySpool(() => spool.Append(late), late.Count))
            return;
        late.Clear();
    }

    /// <summary>Puts on the disk what waits in memory; from then on everything that comes goes there first.</summary>
    public void ToDisk()
    {
        if (spool is { InUse: false })
            TrySpool(() => spool.AppendRead(pending), pending.Count);
    }

    /// <summary>Sets an entry aside that will never be written: it must not keep those behind it waiting.</summary>
    public void Reject(JournalEntry entry, string reason)
    {
        LogRejected(entry.CallId, reason);
        try
        {
            if (spool is null)
                lost.Add(1);
            else
                spool.Reject(PersistenceJson.Write(entry));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            lost.Add(1);
            LogNoSpool(e, directory);
        }
    }

    /// <summary>Leaves on the disk what was not written, for the next start.</summary>
    public void KeepRest()
    {
        while (channel.Reader.TryRead(out var entry))
            late.Add(entry);
        var kept = spool is { InUse: true } ? pending.Count : 0;
        var rest = pending.Count + late.Count;
        if (rest == 0)
            return;
        try
        {
            if (spool is null)
                throw new IOException("There is no spool.");
            spool.Append(late);
            kept += late.Count;
            // Leaves out what is in the database by now.
            spool.Prepend(pending);
            LogSpooled(rest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lost.Add(rest - kept);
            LogNoSpool(e, directory);
        }
    }

    /// <inheritdoc />
    public void Dispose() => spool?.Dispose();

    private bool TrySpool(Action append, int entries)
    {
        for (var again = false; ; again = true)
        {
            try
            {
                append();
                Interlocked.Add(ref spooled, entries);
                if (diskFailed)
                    LogSpoolBack(directory);
                diskFailed = false;
                return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The disk is full: what is only there to look into gives way, and after that memory is what is left.
                if (!again && room?.MakeRoom() > 0)
                    continue;
                if (!diskFailed)
                    LogNoSpool(e, directory);
                diskFailed = true;
                Interlocked.Increment(ref failedAppends);
                return false;
            }
        }
    }

    private void ReadBack(JournalSpool from)
    {
        foreach (var entry in from.Read(MemoryBound, line =>
        {
            LogTorn(line.Length);
            from.Reject(line);
        }))
        {
            pending.Enqueue(entry);
        }

        // Left-overs of another process were never counted.
        if (Count < pending.Count)
            Interlocked.Exchange(ref count, pending.Count);
    }

    [LoggerMessage(6504, LogLevel.Error, "Call {CallId}: an entry of the journal cannot be written and was set aside: {Reason}")]
    private partial void LogRejected(Guid callId, string reason);

    [LoggerMessage(6505, LogLevel.Error, "The journal cannot use its folder {Folder}")]
    private partial void LogNoSpool(Exception exception, string folder);

    [LoggerMessage(6506, LogLevel.Warning, "The journal stopped before the database was back; {Count} entries wait in its folder for the next start")]
    private partial void LogSpooled(int count);

    [LoggerMessage(6507, LogLevel.Warning, "A line of {Length} characters in the journal's spool cannot be read; it was set aside")]
    private partial void LogTorn(int length);

    [LoggerMessage(6509, LogLevel.Information, "The journal can use its folder {Folder} again")]
    private partial void LogSpoolBack(string folder);
}
