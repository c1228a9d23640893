using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Escalations;
using Parley.Conversation.Stores;
using Parley.Persistence.Escalations;
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
    private readonly JournalBacklog backlog;
    private readonly Counter<long> lost;
    private readonly CancellationTokenSource giveUp = new();
    private readonly Lock gate = new();
    private Task? writer;
    private volatile bool away;

    /// <summary>Creates the journal; <see cref="Start"/> starts its writer.</summary>
    public CallJournal(
        Database database, CallFinisher finisher, DatabaseOptions options, TimeProvider time, IMeterFactory meters, ILogger<CallJournal> logger,
        CallMemory? memory = null, DiskRoom? room = null)
    {
        this.memory = memory;
        this.database = database;
        this.finisher = finisher;
        this.time = time;
        this.logger = logger;
        var meter = meters.Create("Parley.Persistence");
        lost = meter.CreateCounter<long>("parley.journal.lost", "{entry}", "Entries that could be neither kept nor written.");
        backlog = new JournalBacklog(Path.Combine(Path.GetFullPath(options.DataDirectory), "journal"), room, lost, time, logger);
        meter.CreateObservableGauge("parley.journal.depth", () => Depth, "{entry}", "Turns and call ends not yet in the database.");
        meter.CreateObservableCounter("parley.journal.spooled", () => backlog.Spooled, "{entry}", "Entries put on the disk until the database is back.");
        meter.CreateObservableGauge("parley.journal.spool_size", backlog.SpoolBytes, "By", "Size of the files that entries wait in, left-overs included.");
    }

    /// <summary>Entries of this process that are not in the database yet.</summary>
    public int Depth => backlog.Count;

    /// <summary>The database was found to be away, and what came meanwhile is not written yet.</summary>
    public bool IsAway => away;

    /// <summary>Entries of this process that were put on the disk.</summary>
    internal long Spooled => backlog.Spooled;

    /// <summary>How often nothing could be put on the disk.</summary>
    internal long FailedAppends => backlog.FailedAppends;

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
        backlog.Close();
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
        if (backlog.TryAdd(entry))
            return;
        lost.Add(1);
        LogLost(entry.CallId);
    }

    private async Task RunAsync()
    {
        backlog.Open();
        try
        {
            await WriteAllAsync();
        }
        catch (OperationCanceledException)
        {
            // The deadline of the stop.
        }
        catch (Exception e)
        {
            LogWriterFailed(e);
        }

        backlog.Close();
        backlog.KeepRest();
        backlog.Dispose();
    }

    private async Task WriteAllAsync()
    {
        var retry = TimeSpan.Zero;
        while (true)
        {
            if (backlog.Next() is not { } entry)
            {
                // With entries that wait for room on the disk, it goes on with those.
                if (backlog.HasLate)
                    continue;
                away = false;
                if (!await backlog.ArrivalAsync(giveUp.Token))
                    return;
                continue;
            }

            var failure = await AttemptAsync(entry);
            if (failure is null)
            {
                backlog.Written();
                if (retry > TimeSpan.Zero)
                    LogBack(Depth);
                retry = TimeSpan.Zero;
                continue;
            }

            if (retry == TimeSpan.Zero)
                LogAway(failure);
            retry = retry == TimeSpan.Zero ? FirstRetry : TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, LongestRetry.Ticks));
            await TakeInUntilAsync(Task.Delay(retry, time, giveUp.Token));
        }
    }

    /// <summary>Writes an entry; while that takes long, keeps on the disk what waits and what comes.</summary>
    private async Task<string?> AttemptAsync(JournalEntry entry)
    {
        var attempt = TryWriteAsync(entry);
        try
        {
            return await attempt.WaitAsync(AttemptPatience, time);
        }
        catch (TimeoutException)
        {
            // The attempt itself tells of a timeout by what it returns.
            await TakeInUntilAsync(attempt);
            return await attempt;
        }
    }

    /// <summary>The database is away: what waits, and what comes until then, goes to the disk.</summary>
    private async Task TakeInUntilAsync(Task end)
    {
        away = true;
        backlog.ToDisk();
        do
        {
            backlog.TakeIn();
            var coming = backlog.IsFull ? null : backlog.ArrivalAsync(giveUp.Token);
            if (coming is null || (await Task.WhenAny(coming, end) == coming && !(coming.IsCompletedSuccessfully && await coming)))
                await end;
        }
        while (!end.IsCompleted);
        await end;
    }

    /// <summary>Writes one entry; returns what went wrong when it should be tried again, else null.</summary>
    private async Task<string?> TryWriteAsync(JournalEntry entry)
    {
        using var timeout = new CancellationTokenSource(AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, giveUp.Token);
        try
        {
            var known = await WriteAsync(entry, either.Token);
            if (!known)
                backlog.Reject(entry, "the call is not known");
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
            backlog.Reject(entry, e.Message);
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

    [LoggerMessage(6501, LogLevel.Error, "Call {CallId}: the journal is full or stopped; an entry was lost")]
    private partial void LogLost(Guid callId);

    [LoggerMessage(6502, LogLevel.Warning, "The database is away; calls are taken down until it is back: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(6503, LogLevel.Information, "The database is back; {Depth} entries of the journal are still to write")]
    private partial void LogBack(int depth);

    [LoggerMessage(6508, LogLevel.Critical, "The journal's writer failed")]
    private partial void LogWriterFailed(Exception exception);
}
