using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Stores;

/// <summary>
/// Takes down what happened in calls. Members return at once and never throw: audio does not wait for the database. Entries are written
/// in order; while the database is away they are kept.
/// </summary>
public interface ICallJournal
{
    /// <summary>A turn is over.</summary>
    void Write(TurnRecord turn);

    /// <summary>A call is over; the lead and its messages are made of it.</summary>
    void Write(CallEnded call);
}

/// <summary>Calls, as the call host needs them.</summary>
public interface ICallStore
{
    /// <summary>Registers a call; a repeated carrier id returns the id of the first.</summary>
    Task<Guid> StartAsync(CallStarted call, CancellationToken cancellationToken);

    /// <summary>The media stream was accepted.</summary>
    Task ConnectedAsync(Guid callId, string streamId, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>What is needed to decide how a call goes on after its stream, or to resume it; null when unknown.</summary>
    Task<CallSnapshot?> FindAsync(string carrierCallId, CancellationToken cancellationToken);

    /// <summary>
    /// The carrier's last word on a call: records status and billed seconds, and closes a call that the media side left open. Repeating
    /// it changes nothing.
    /// </summary>
    Task CloseByCarrierAsync(string carrierCallId, string status, int? durationSeconds, DateTimeOffset at, CancellationToken cancellationToken);
}

/// <summary>A call between two streams.</summary>
public sealed record CallSnapshot
{
    /// <summary>Parley's id.</summary>
    public required Guid CallId { get; init; }

    /// <summary>Whose call it is.</summary>
    public required Guid TenantId { get; init; }

    /// <summary>E.164, or null.</summary>
    public string? CallerNumber { get; init; }

    /// <summary>E.164.</summary>
    public required string CalledNumber { get; init; }

    /// <summary>When it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Why it ended; null while it has not.</summary>
    public CallEndReason? EndReason { get; init; }

    /// <summary>Number to connect the caller to.</summary>
    public string? TransferTo { get; init; }

    /// <summary>What the one who answers there is told about the caller.</summary>
    public string? TransferSummary { get; init; }

    /// <summary>The agent's last state.</summary>
    public string? AgentStateJson { get; init; }

    /// <summary>How often the call was resumed.</summary>
    public int Resumes { get; init; }

    /// <summary>The conversation so far, oldest first.</summary>
    public IReadOnlyList<HistoryEntry> History { get; init; } = [];

    /// <summary>Ordinal of the next turn.</summary>
    public int NextOrdinal { get; init; }
}

/// <summary>Tenants, from a cache: a call never waits for a query twice.</summary>
public interface ITenantStore
{
    /// <summary>The tenant that answers <paramref name="calledNumber"/> (E.164); null when there is none.</summary>
    Task<Tenant?> FindByNumberAsync(string calledNumber, CancellationToken cancellationToken);

    /// <summary>A tenant by id; null when there is none.</summary>
    Task<Tenant?> GetAsync(Guid tenantId, CancellationToken cancellationToken);
}

/// <summary>Webhooks as they came in, once each.</summary>
public interface IWebhookLog
{
    /// <summary>Notes a webhook; false when the same <paramref name="key"/> was noted before. Parameters are stored with numbers masked.</summary>
    Task<bool> RecordAsync(string source, string kind, string key, string? carrierCallId,
        IReadOnlyDictionary<string, string> parameters, DateTimeOffset at, CancellationToken cancellationToken);
}
