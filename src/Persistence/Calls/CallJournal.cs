using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Escalations;
using Parley.Conversation.Stores;
using Parley.Persistence.Escalations;
using Parley.Persistence.Json;
using Parley.Persistence.Maintenance;

namespace Parley.Persistence.Calls;

/// <summary>
/// The journal of all calls of this process: a bounded channel with one writer, which puts entries into the database in order. As soon as
/// the database is found to be away, everything that waits and everything that comes goes to a file in the data directory first, so that
/// the death of the process loses nothing; the writer tries again and again. What is left when the process stops, the next start, of this
/// or another process, takes up. Entries may be written twice that way, which changes nothing.
/// </summary>
public sealed partial class CallJournal : ICallJournal, IEscalations, IAsyncDisposable
{
    /// <summary>Entries that may wait for the writer; it moves them on within one attempt, so that this is thousands of turns a second.</summary>
    private const int ChannelCapacity = 16_384;

    /// <summary>Entries taken into memory at a time; a turn is about a kilobyte.</summary>
    internal const int MemoryBound = 512;

    /// <summary>Entries that may wait in memory only, when the database answers but not fast enough.</summary>
    internal const int BehindBound = 64;

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// An attempt that takes longer means that the database is away, until it turns out otherwise. Also the longest that a finished turn is
    /// in memory only.
    /// </summary>
    private static readonly TimeSpan AttemptPatience = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DisposeDeadline = TimeSpan.FromSeconds(5);

    private readonly Database database;
    private readonly CallFinisher finisher;
    private readonly TimeProvider time;
    private readonly ILogger<CallJournal> logger;
    private readonly CallMemory? memory;
    private readonly DiskRoom? room;
    private readonly string directory;
    private readonly Counter<long> lost;
    private readonly Channel<JournalEntry> channel = Channel.CreateBounded<JournalEntry>(
        new BoundedChannelOptions(ChannelCapacity) { SingleReader = true });

    /// <summary>What is written next. While the spool is in use all of it is on the disk too.</summary>
    private readonly Queue<JournalEntry> pending = new();

    /// <summary>What came in after the spooled entries and is not on the disk yet; empty unless the disk fails.</summary>
    private readonly List<JournalEntry> late = [];

    private readonly CancellationTokenSource giveUp = new();
    private readonly Lock gate = new();
    private Task? writer;
    private Task<bool>? arrival;
    private int depth;
    private long spooled;
    private volatile bool away;
    private bool diskFailed;
    private long failedAppends;

    /// <summary>Creates the journal; <see cref="Start"/> starts its writer.</summary>
    public CallJournal(
        Database database, CallFinisher finisher, DatabaseOptions options, TimeProvider time, IMeterFactory meters, ILogger<CallJournal> logger,
        CallMemory? memory = null, DiskRoom? room = null)
    {
        this.memory = memory;
        this.room = room;
        this.database = database;
        this.finisher = finisher;
        this.time = time;
        this.logger = logger;
        directory = Path.Combine(Path.GetFullPath(options.DataDirectory), "journal");
        var meter = meters.Create("Parley.Persistence");
        meter.CreateObservableGauge("parley.journal.depth", () => Depth, "{entry}", "Turns and call ends not yet in the database.");
        meter.CreateObservableCounter("parley.journal.spooled", () => Spooled, "{entry}", "Entries put on the disk until the database is back.");
        meter.CreateObservableGauge("parley.journal.spool_size", SpoolBytes, "By", "Size of the files that entries wait in, left-overs included.");
        lost = meter.CreateCounter<long>("parley.journal.lost", "{entry}", "Entries that could be neither kept nor written.");
    }

    /// <summary>Entries of this process that are not in the database yet.</summary>
    public int Depth => Volatile.Read(ref depth);

    /// <summary>The database was found to be away, and what came meanwhile is not written yet.</summary>
    public bool IsAway => away;

    /// <summary>Entries of this process that were put on the disk.</summary>
    internal long Spooled => Interlocked.Read(ref spooled);

    /// <summary>How often nothing could be put on the disk.</summary>
    internal long FailedAppends => Interlocked.Read(ref failedAppends);

    /// <inheritdoc />
    public void Write(TurnRecord turn)
    {
        memory?.Add(turn);
        Write(new JournalEntry { Turn = turn });
    }

    /// <inheritdoc />
    public void Write(CallEnded call)
    {
        memory?.Ended(call);
        Write(new JournalEntry { Ended = call });
    }

    /// <inheritdoc />
    public void Raise(Escalation escalation) => Write(new JournalEntry { Escalation = escalation });

    /// <summary>A call was announced, and the database is away.</summary>
    internal void Write(CallStarted call) => Write(new JournalEntry { Started = call });

    /// <summary>A stream was accepted, and the database is away.</summary>
    internal void Write(CallConnected stream) => Write(new JournalEntry { Connected = stream });

    /// <summary>The carrier said what became of a call, and the database is away.</summary>
    internal void Write(CarrierWord word) => Write(new JournalEntry { Carrier = word });

    /// <summary>Starts the writer; calling it again does nothing. Entries written before are kept.</summary>
    public void Start()
    {
        lock (gate)
            writer ??= Task.Run(RunAsync);
    }

    /// <summary>Takes no more entries, writes what waits, and after <paramref name="deadline"/> spools the rest.</summary>
    public async Task StopAsync(TimeSpan deadline)
    {
        channel.Writer.TryComplete();
        Start();
        using var timer = time.CreateTimer(_ => giveUp.Cancel(), null, deadline, Timeout.InfiniteTimeSpan);
        await writer!;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync(DisposeDeadline);
        giveUp.Dispose();
    }

    private Measurement<long>[] SpoolBytes()
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

    private void Write(JournalEntry entry)
    {
        Interlocked.Increment(ref depth);
        if (channel.Writer.TryWrite(entry))
            return;
        Interlocked.Decrement(ref depth);
        lost.Add(1);
        LogLost(entry.CallId);
    }

    private async Task RunAsync()
    {
        JournalSpool? spool = null;
        try
        {
            spool = JournalSpool.Open(directory, time.GetUtcNow());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without a file the journal still works as long as the database does.
            LogNoSpool(e, directory);
        }

        try
        {
            await WriteAllAsync(spool);
        }
        catch (OperationCanceledException)
        {
            // The deadline of the stop.
        }
        catch (Exception e)
        {
            LogWriterFailed(e);
        }

        channel.Writer.TryComplete();
        KeepRest(spool);
        spool?.Dispose();
    }

    private async Task WriteAllAsync(JournalSpool? spool)
    {
        var retry = TimeSpan.Zero;
        while (true)
        {
            TakeIn(spool);
            if (pending.Count == 0 && spool is { HasUnread: true })
                ReadBack(spool);
            if (pending.Count == 0)
            {
                if (spool is { HasUnread: false })
                    spool.Clear();
                // With entries that wait for room on the disk, it goes on with those.
                if (late.Count == 0)
                    away = false;
                if (late.Count == 0 && !await ArrivalAsync())
                    return;
                continue;
            }

            if (pending.Count > BehindBound && spool is { InUse: false })
                TrySpool(() => spool.AppendRead(pending), pending.Count);
            var failure = await AttemptAsync(spool);
            if (failure is null)
            {
                pending.Dequeue();
                Interlocked.Decrement(ref depth);
                if (retry > TimeSpan.Zero)
                    LogBack(Depth);
                retry = TimeSpan.Zero;
                continue;
            }

            if (retry == TimeSpan.Zero)
                LogAway(failure);
            retry = retry == TimeSpan.Zero ? FirstRetry : TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, LongestRetry.Ticks));
            Spool(spool);
            await TakeInUntilAsync(Task.Delay(retry, time, giveUp.Token), spool);
        }
    }

    /// <summary>Writes the next entry; while that takes long, keeps on the disk what waits and what comes.</summary>
    private async Task<string?> AttemptAsync(JournalSpool? spool)
    {
        var attempt = TryWriteAsync(pending.Peek(), spool);
        try
        {
            return await attempt.WaitAsync(AttemptPatience, time);
        }
        catch (TimeoutException)
        {
            // The attempt itself tells of a timeout by what it returns.
            Spool(spool);
            await TakeInUntilAsync(attempt, spool);
            return await attempt;
        }
    }

    /// <summary>Whether something came in; false when nothing will any more.</summary>
    private Task<bool> ArrivalAsync()
    {
        if (arrival is null or { IsCompleted: true })
            arrival = channel.Reader.WaitToReadAsync(giveUp.Token).AsTask();
        return arrival;
    }

    private async Task TakeInUntilAsync(Task end, JournalSpool? spool)
    {
        do
        {
            TakeIn(spool);
            // A disk that fails is not asked again at once, and memory is bounded.
            var full = late.Count > 0 || (spool is { InUse: false } && pending.Count >= MemoryBound);
            var coming = full ? null : ArrivalAsync();
            if (coming is null || (await Task.WhenAny(coming, end) == coming && !(coming.IsCompletedSuccessfully && await coming)))
                await end;
        }
        while (!end.IsCompleted);
        await end;
    }

    /// <summary>Moves what came in from the channel into memory, or behind what is already spooled.</summary>
    private void TakeIn(JournalSpool? spool)
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
    private void Spool(JournalSpool? spool)
    {
        away = true;
        if (spool is { InUse: false })
            TrySpool(() => spool.AppendRead(pending), pending.Count);
    }

    private bool TrySpool(Action append, int count)
    {
        for (var again = false; ; again = true)
        {
            try
            {
                append();
                Interlocked.Add(ref spooled, count);
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

    private void ReadBack(JournalSpool spool)
    {
        foreach (var entry in spool.Read(MemoryBound, line =>
        {
            LogTorn(line.Length);
            spool.Reject(line);
        }))
        {
            pending.Enqueue(entry);
        }

        // Left-overs of another process were never counted.
        if (Depth < pending.Count)
            Interlocked.Exchange(ref depth, pending.Count);
    }

    /// <summary>Writes one entry; returns what went wrong when it should be tried again, else null.</summary>
    private async Task<string?> TryWriteAsync(JournalEntry entry, JournalSpool? spool)
    {
        using var timeout = new CancellationTokenSource(AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, giveUp.Token);
        try
        {
            var known = await WriteAsync(entry, either.Token);
            if (!known)
                Reject(entry, spool, "the call is not known");
            return null;
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return "It does not answer.";
        }
        catch (Exception e) when (DatabaseErrors.IsAway(e))
        {
            return e.Message;
        }
        catch (Exception e)
        {
            Reject(entry, spool, e.Message);
            return null;
        }
    }

    /// <summary>Writes one entry; false when its call is not known.</summary>
    private async Task<bool> WriteAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Ended is { } ended)
            return await finisher.FinishAsync(ended, cancellationToken);
        if (entry.Carrier is { } word)
        {
            await finisher.CloseByCarrierAsync(word.CarrierCallId, word.Status, word.DurationSeconds, word.At, cancellationToken);
            return true;
        }

        await using var connection = await database.OpenAsync(cancellationToken);
        return entry switch
        {
            { Started: { } started } => await CallWriter.StartAsync(connection, started, cancellationToken) == started.CallId,
            { Connected: { } stream } => await CallWriter.ConnectedAsync(connection, stream, cancellationToken),
            { Escalation: { } escalation } => await EscalationWriter.WriteAsync(connection, null, escalation, time.GetUtcNow(), cancellationToken),
            { Turn: { } turn } => await TurnWriter.WriteAsync(connection, turn, cancellationToken),
            _ => false,
        };
    }

    /// <summary>Sets an entry aside that will never be written: it must not keep those behind it waiting.</summary>
    private void Reject(JournalEntry entry, JournalSpool? spool, string reason)
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

    private void KeepRest(JournalSpool? spool)
    {
        while (channel.Reader.TryRead(out var entry))
            late.Add(entry);
        var kept = spool is { InUse: true } ? pending.Count : 0;
        var count = pending.Count + late.Count;
        if (count == 0)
            return;
        try
        {
            if (spool is null)
                throw new IOException("There is no spool.");
            spool.Append(late);
            kept += late.Count;
            // Leaves out what is in the database by now.
            spool.Prepend(pending);
            LogSpooled(count);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            lost.Add(count - kept);
            LogNoSpool(e, directory);
        }
    }

    [LoggerMessage(6501, LogLevel.Error, "Call {CallId}: the journal is full or stopped; an entry was lost")]
    private partial void LogLost(Guid callId);

    [LoggerMessage(6502, LogLevel.Warning, "The database is away; calls are taken down until it is back: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(6503, LogLevel.Information, "The database is back; {Depth} entries of the journal are still to write")]
    private partial void LogBack(int depth);

    [LoggerMessage(6504, LogLevel.Error, "Call {CallId}: an entry of the journal cannot be written and was set aside: {Reason}")]
    private partial void LogRejected(Guid callId, string reason);

    [LoggerMessage(6505, LogLevel.Error, "The journal cannot use its folder {Folder}")]
    private partial void LogNoSpool(Exception exception, string folder);

    [LoggerMessage(6509, LogLevel.Information, "The journal can use its folder {Folder} again")]
    private partial void LogSpoolBack(string folder);

    [LoggerMessage(6506, LogLevel.Warning, "The journal stopped before the database was back; {Count} entries wait in its folder for the next start")]
    private partial void LogSpooled(int count);

    [LoggerMessage(6507, LogLevel.Warning, "A line of {Length} characters in the journal's spool cannot be read; it was set aside")]
    private partial void LogTorn(int length);

    [LoggerMessage(6508, LogLevel.Critical, "The journal's writer failed")]
    private partial void LogWriterFailed(Exception exception);
}
