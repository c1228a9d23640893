using Parley.Conversation.Agents;
using Parley.Conversation.Stores;

namespace Parley.Persistence.Calls;

/// <summary>
/// The calls of this process as the journal was told of them: what the database does not have yet, because it is away or behind. A call that
/// breaks meanwhile is resumed from here. Bounded by time: a call's entry goes a while after the call.
/// </summary>
public sealed class CallMemory(TimeProvider time)
{
    /// <summary>Longer than the carrier takes to ask what follows a stream or an unanswered transfer.</summary>
    private static readonly TimeSpan KeepEnded = TimeSpan.FromMinutes(5);

    /// <summary>Longer than any call takes between two turns; for calls that never came to an end.</summary>
    private static readonly TimeSpan KeepIdle = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> byCarrierId = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, Entry> byId = [];

    /// <summary>Calls remembered.</summary>
    internal int Count
    {
        get
        {
            lock (gate)
                return byId.Count;
        }
    }

    /// <summary>Remembers a call from its beginning, or from what the database knows of it.</summary>
    internal void Remember(string carrierCallId, CallSnapshot call)
    {
        lock (gate)
        {
            if (byCarrierId.ContainsKey(carrierCallId))
                return;
            Sweep();
            byCarrierId[carrierCallId] = byId[call.CallId] = new Entry(carrierCallId, call, time.GetTimestamp());
        }
    }

    /// <summary>What is known of a call here; null when it is not one of this process.</summary>
    internal CallSnapshot? Find(string carrierCallId)
    {
        lock (gate)
            return byCarrierId.TryGetValue(carrierCallId, out var entry) ? entry.Snapshot() : null;
    }

    /// <summary>The database's word, with the turns that it does not have yet.</summary>
    internal CallSnapshot Complete(string carrierCallId, CallSnapshot stored) =>
        Find(carrierCallId) is { } known && known.CallId == stored.CallId && known.NextOrdinal > stored.NextOrdinal
            ? stored with { History = known.History, NextOrdinal = known.NextOrdinal, AgentStateJson = known.AgentStateJson ?? stored.AgentStateJson }
            : stored;

    /// <summary>A turn was handed to the journal.</summary>
    internal void Add(TurnRecord turn) => Change(turn.CallId, entry =>
    {
        var call = entry.Call;
        if (turn.HeardText.Length > 0)
            entry.History.Add(new HistoryEntry(turn.Speaker, turn.HeardText, turn.Interrupted));
        entry.Call = call with
        {
            NextOrdinal = Math.Max(call.NextOrdinal, turn.Ordinal + 1),
            AgentStateJson = turn.AgentStateJson ?? call.AgentStateJson,
        };
    });

    /// <summary>A media stream of the call was accepted.</summary>
    internal void Connected(Guid callId, string streamId) => Change(callId, entry =>
    {
        if (entry.StreamId == streamId)
            return;
        var again = entry.StreamId is not null;
        entry.StreamId = streamId;
        entry.Call = entry.Call with { EndReason = null, TransferTo = null, TransferSummary = null, Resumes = entry.Call.Resumes + (again ? 1 : 0) };
    });

    /// <summary>The call, or its stream, ended.</summary>
    internal void Ended(CallEnded end) => Change(end.CallId, entry =>
        entry.Call = entry.Call with { EndReason = end.Reason, TransferTo = end.TransferTo, TransferSummary = end.TransferSummary });

    private void Change(Guid callId, Action<Entry> change)
    {
        lock (gate)
        {
            if (!byId.TryGetValue(callId, out var entry))
                return;
            change(entry);
            entry.TouchedAt = time.GetTimestamp();
        }
    }

    private void Sweep()
    {
        foreach (var entry in byId.Values)
        {
            if (time.GetElapsedTime(entry.TouchedAt) <= (entry.Call.EndReason is null ? KeepIdle : KeepEnded))
                continue;
            byId.Remove(entry.Call.CallId);
            byCarrierId.Remove(entry.CarrierCallId);
        }
    }

    private sealed class Entry(string carrierCallId, CallSnapshot call, long touchedAt)
    {
        public string CarrierCallId { get; } = carrierCallId;

        public CallSnapshot Call { get; set; } = call;

        public List<HistoryEntry> History { get; } = [.. call.History];

        public string? StreamId { get; set; }

        public long TouchedAt { get; set; } = touchedAt;

        public CallSnapshot Snapshot() => Call with { History = [.. History] };
    }
}
