using Dapper;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Persistence.Json;

namespace Parley.Persistence.Calls;

/// <summary>
/// Calls in PostgreSQL, for the call host. While the database is away, a call is taken down by the journal (on the disk, if need be) and
/// answered from memory: a caller does not wait for a database.
/// </summary>
public sealed partial class CallStore(
    Database database, CallFinisher finisher, CallJournal journal, CallMemory memory, TimeProvider time, ILogger<CallStore> logger) : ICallStore
{
    /// <inheritdoc />
    public async Task<Guid> StartAsync(CallStarted call, CancellationToken cancellationToken)
    {
        var (answered, id) = await TryAsync(
            async stop =>
            {
                await using var connection = await database.OpenAsync(stop);
                return await CallWriter.StartAsync(connection, call, stop);
            },
            cancellationToken);
        if (!answered)
        {
            // The carrier repeats a webhook that it is not sure of.
            if (memory.Find(call.CarrierCallId) is { } known)
                return known.CallId;
            id = call.CallId;
            LogFromMemory(id);
        }

        memory.Remember(call.CarrierCallId, new CallSnapshot
        {
            CallId = id,
            TenantId = call.TenantId,
            CallerNumber = call.CallerNumber,
            CalledNumber = call.CalledNumber,
            StartedAt = call.StartedAt,
        });
        if (!answered)
            journal.Write(call);
        return id;
    }

    /// <inheritdoc />
    public async Task ConnectedAsync(Guid callId, string streamId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        memory.Connected(callId, streamId);
        var stream = new CallConnected { CallId = callId, StreamId = streamId, At = at };
        var (answered, _) = await TryAsync(
            async stop =>
            {
                await using var connection = await database.OpenAsync(stop);
                return await CallWriter.ConnectedAsync(connection, stream, stop);
            },
            cancellationToken);
        if (!answered)
            journal.Write(stream);
    }

    /// <inheritdoc />
    public async Task<CallSnapshot?> FindAsync(string carrierCallId, CancellationToken cancellationToken)
    {
        var (answered, stored) = await TryAsync(stop => LoadAsync(carrierCallId, stop), cancellationToken);
        if (!answered)
            return memory.Find(carrierCallId) ?? throw new TimeoutException("The database is away, and the call is not one of this process.");
        if (stored is null)
            return memory.Find(carrierCallId);
        memory.Remember(carrierCallId, stored);
        return memory.Complete(carrierCallId, stored);
    }

    /// <inheritdoc />
    public async Task CloseByCarrierAsync(
        string carrierCallId, string status, int? durationSeconds, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var (answered, _) = await TryAsync(
            async stop =>
            {
                await finisher.CloseByCarrierAsync(carrierCallId, status, durationSeconds, at, stop);
                return true;
            },
            cancellationToken);
        if (!answered)
            journal.Write(new CarrierWord { CarrierCallId = carrierCallId, Status = status, DurationSeconds = durationSeconds, At = at });
    }

    /// <summary>
    /// Asks the database, unless the journal knows that it is away: then what comes goes behind what the journal already holds, in order.
    /// </summary>
    private Task<(bool Answered, T? Value)> TryAsync<T>(Func<CancellationToken, Task<T>> query, CancellationToken cancellationToken) =>
        journal.IsAway ? Task.FromResult((false, default(T))) : Patience.TryAsync(query, time, cancellationToken);

    private async Task<CallSnapshot?> LoadAsync(string carrierCallId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            """
            select id, tenant_id, caller_number, called_number, started_at, end_reason, transfer_to, transfer_summary, agent_state::text as agent_state, resumes
            from calls where carrier_call_id = @carrierCallId
            """,
            new { carrierCallId }, cancellationToken: cancellationToken));
        if (row is null)
            return null;
        var (history, next) = await CallHistory.LoadAsync(connection, null, row.Id, cancellationToken);
        return new CallSnapshot
        {
            CallId = row.Id,
            TenantId = row.TenantId,
            CallerNumber = row.CallerNumber,
            CalledNumber = row.CalledNumber,
            StartedAt = row.StartedAt,
            EndReason = row.EndReason is null ? null : EnumText<CallEndReason>.Parse(row.EndReason),
            TransferTo = row.TransferTo,
            TransferSummary = row.TransferSummary,
            AgentStateJson = row.AgentState,
            Resumes = row.Resumes,
            History = history,
            NextOrdinal = next,
        };
    }

    [LoggerMessage(6404, LogLevel.Warning, "Call {CallId} is answered without the database and will be recorded when that is back")]
    private partial void LogFromMemory(Guid callId);

    private sealed record Row
    {
        public Guid Id { get; init; }

        public Guid TenantId { get; init; }

        public string? CallerNumber { get; init; }

        public string CalledNumber { get; init; } = "";

        public DateTimeOffset StartedAt { get; init; }

        public string? EndReason { get; init; }

        public string? TransferTo { get; init; }

        public string? TransferSummary { get; init; }

        public string? AgentState { get; init; }

        public int Resumes { get; init; }
    }
}
