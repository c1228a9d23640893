using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Stores;
using Parley.Persistence.Json;

namespace Parley.Persistence.Calls;

/// <summary>
/// The journal of all calls of this process: a bounded channel with one writer, which puts entries into the database in order. While the
/// database is away the writer tries again and again; what does not fit into memory meanwhile goes to a file in the data directory, and
/// so does everything that is left when the process stops. The next start, of this or another process, takes that up.
/// </summary>
public sealed partial class CallJournal : ICallJournal, IAsyncDisposable
{
    /// <summary>Entries that may wait for the writer; it moves them on within one attempt, so that this is thousands of turns a second.</summary>
    private const int ChannelCapacity = 16_384;

    /// <summary>Entries kept in memory while the database is away; a turn is about a kilobyte.</summary>
    internal const int MemoryBound = 512;

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DisposeDeadline = TimeSpan.FromSeconds(5);

    private readonly Database database;
    private readonly CallFinisher finisher;
    private readonly TimeProvider time;
    private readonly ILogger<CallJournal> logger;
    private readonly string directory;
    private readonly Counter<long> lost;
    private readonly Channel<JournalEntry> channel = Channel.CreateBounded<JournalEntry>(
        new BoundedChannelOptions(ChannelCapacity) { SingleReader = true });

    private readonly Queue<JournalEntry> pending = new();
    private readonly CancellationTokenSource giveUp = new();
    private readonly Lock gate = new();
    private Task? writer;
    private int depth;

    /// <summary>Creates the journal; <see cref="Start"/> starts its writer.</summary>
    public CallJournal(
        Database database, CallFinisher finisher, DatabaseOptions options, TimeProvider time, IMeterFactory meters, ILogger<CallJournal> logger)
    {
        this.database = database;
        this.finisher = finisher;
        this.time = time;
        this.logger = logger;
        directory = Path.Combine(Path.GetFullPath(options.DataDirectory), "journal");
        var meter = meters.Create("Parley.Persistence");
        meter.CreateObservableGauge("parley.journal.depth", () => Depth, "{entry}", "Turns and call ends not yet in the database.");
        lost = meter.CreateCounter<long>("parley.journal.lost", "{entry}", "Entries that could be neither kept nor written.");
    }

    /// <summary>Entries of this process that are not in the database yet.</summary>
    public int Depth => Volatile.Read(ref depth);

    /// <inheritdoc />
    public void Write(TurnRecord turn) => Write(new JournalEntry { Turn = turn });

    /// <inheritdoc />
    public void Write(CallEnded call) => Write(new JournalEntry { Ended = call });

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
                if (!await channel.Reader.WaitToReadAsync(giveUp.Token))
                    return;
                continue;
            }

            var failure = await TryWriteAsync(pending.Peek(), spool);
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
            await Task.Delay(retry, time, giveUp.Token);
        }
    }

    /// <summary>Moves what came in from the channel into memory, or behind what is already spooled.</summary>
    private void TakeIn(JournalSpool? spool)
    {
        List<JournalEntry>? overflow = null;
        while (channel.Reader.TryRead(out var entry))
        {
            if (spool is null || (overflow is null && !spool.HasUnread && pending.Count < MemoryBound))
                pending.Enqueue(entry);
            else
                (overflow ??= []).Add(entry);
        }

        if (overflow is null)
            return;
        try
        {
            spool!.Append(overflow);
        }
        catch (IOException e)
        {
            // The disk is full: memory is what is left. A half-written batch comes back as duplicates, which change nothing.
            LogNoSpool(e, directory);
            overflow.ForEach(pending.Enqueue);
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
            var known = entry switch
            {
                { Turn: { } turn } => await WriteTurnAsync(turn, either.Token),
                { Ended: { } ended } => await finisher.FinishAsync(ended, either.Token),
                _ => false,
            };
            if (!known)
                Reject(entry, spool, "the call is not known");
            return null;
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e) when (DatabaseErrors.IsTransient(e))
        {
            return e.Message;
        }
        catch (Exception e)
        {
            Reject(entry, spool, e.Message);
            return null;
        }
    }

    private async Task<bool> WriteTurnAsync(TurnRecord turn, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await TurnWriter.WriteAsync(connection, turn, cancellationToken);
    }

    /// <summary>Sets an entry aside that will never be written: it must not keep those behind it waiting.</summary>
    private void Reject(JournalEntry entry, JournalSpool? spool, string reason)
    {
        LogRejected(entry.CallId, reason);
        try
        {
            spool?.Reject(PersistenceJson.Write(entry));
        }
        catch (IOException e)
        {
            LogNoSpool(e, directory);
        }
    }

    private void KeepRest(JournalSpool? spool)
    {
        var late = new List<JournalEntry>();
        while (channel.Reader.TryRead(out var entry))
            late.Add(entry);
        if (pending.Count + late.Count == 0)
            return;
        try
        {
            if (spool is null)
                throw new IOException("There is no spool.");
            spool.Prepend(pending);
            spool.Append(late);
            LogSpooled(pending.Count + late.Count);
        }
        catch (IOException e)
        {
            lost.Add(pending.Count + late.Count);
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

    [LoggerMessage(6506, LogLevel.Warning, "The journal stopped before the database was back; {Count} entries wait in its folder for the next start")]
    private partial void LogSpooled(int count);

    [LoggerMessage(6507, LogLevel.Warning, "A line of {Length} characters in the journal's spool cannot be read; it was set aside")]
    private partial void LogTorn(int length);

    [LoggerMessage(6508, LogLevel.Critical, "The journal's writer failed")]
    private partial void LogWriterFailed(Exception exception);
}
