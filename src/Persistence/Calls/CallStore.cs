using Dapper;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Persistence.Json;

namespace Parley.Persistence.Calls;

/// <summary>Calls in PostgreSQL, for the call host.</summary>
public sealed class CallStore(Database database, CallFinisher finisher) : ICallStore
{
    /// <inheritdoc />
    public async Task<Guid> StartAsync(CallStarted call, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var inserted = await connection.ExecuteScalarAsync<Guid?>(new CommandDefinition(
            """
            with started as (
                insert into calls (id, tenant_id, carrier_call_id, direction, caller_number, called_number, started_at)
                values (@CallId, @TenantId, @CarrierCallId, @Direction, @CallerNumber, @CalledNumber, @StartedAt)
                on conflict (carrier_call_id) do nothing
                returning id, tenant_id
            ),
            told as (
                select pg_notify('parley_calls', json_build_object('call_id', id, 'tenant_id', tenant_id, 'kind', 'started')::text)
                from started
            )
            select id from started, told
            """,
            new
            {
                call.CallId,
                call.TenantId,
                call.CarrierCallId,
                Direction = EnumText<CallDirection>.Of(call.Direction),
                call.CallerNumber,
                call.CalledNumber,
                call.StartedAt,
            },
            cancellationToken: cancellationToken));
        return inserted ?? await connection.ExecuteScalarAsync<Guid>(new CommandDefinition(
            "select id from calls where carrier_call_id = @CarrierCallId", new { call.CarrierCallId }, cancellationToken: cancellationToken));
    }

    /// <inheritdoc />
    /// <remarks>
    /// A second stream resumes the call. When the first one's loss had already closed it, it is opened again, and what was made of it but
    /// not yet sent is taken back.
    /// </remarks>
    public async Task ConnectedAsync(Guid callId, string streamId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await CallFinisher.ReopenAsync(connection, transaction, callId, streamId, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            with connected as (
                update calls set connected_at = coalesce(connected_at, @At), stream_id = @StreamId,
                    resumes = resumes + case when stream_id <> @StreamId then 1 else 0 end
                where id = @CallId and stream_id is distinct from @StreamId
                returning id, tenant_id
            )
            select pg_notify('parley_calls', json_build_object('call_id', id, 'tenant_id', tenant_id, 'kind', 'connected')::text)
            from connected
            """,
            new { CallId = callId, StreamId = streamId, At = at }, transaction, cancellationToken: cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async Task<CallSnapshot?> FindAsync(string carrierCallId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            """
            select id, tenant_id, caller_number, called_number, started_at, end_reason, transfer_to, agent_state::text as agent_state, resumes
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
            AgentStateJson = row.AgentState,
            Resumes = row.Resumes,
            History = history,
            NextOrdinal = next,
        };
    }

    /// <inheritdoc />
    public Task CloseByCarrierAsync(
        string carrierCallId, string status, int? durationSeconds, DateTimeOffset at, CancellationToken cancellationToken) =>
        finisher.CloseByCarrierAsync(carrierCallId, status, durationSeconds, at, cancellationToken);

    private sealed record Row
    {
        public Guid Id { get; init; }

        public Guid TenantId { get; init; }

        public string? CallerNumber { get; init; }

        public string CalledNumber { get; init; } = "";

        public DateTimeOffset StartedAt { get; init; }

        public string? EndReason { get; init; }

        public string? TransferTo { get; init; }

        public string? AgentState { get; init; }

        public int Resumes { get; init; }
    }
}
