using Dapper;
using Npgsql;
using Parley.Conversation.Frames;
using Parley.Conversation.Stores;
using Parley.Persistence.Json;

namespace Parley.Persistence.Calls;

/// <summary>Writes the beginnings of calls and of their streams; writing one again changes nothing.</summary>
internal static class CallWriter
{
    /// <summary>Registers a call; a repeated carrier id returns the id of the first.</summary>
    public static async Task<Guid> StartAsync(NpgsqlConnection connection, CallStarted call, CancellationToken cancellationToken)
    {
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

    /// <summary>
    /// Notes a stream; false when the call is not known. A second stream resumes the call: when the first one's loss had already closed it,
    /// it is opened again, and what was made of it but not yet sent is taken back.
    /// </summary>
    public static async Task<bool> ConnectedAsync(NpgsqlConnection connection, CallConnected stream, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await CallFinisher.ReopenAsync(connection, transaction, stream.CallId, stream.StreamId, cancellationToken);
        var known = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            """
            with connected as (
                update calls set connected_at = coalesce(connected_at, @At), stream_id = @StreamId,
                    resumes = resumes + case when stream_id <> @StreamId then 1 else 0 end
                where id = @CallId and stream_id is distinct from @StreamId
                returning id, tenant_id
            ),
            told as (
                select pg_notify('parley_calls', json_build_object('call_id', id, 'tenant_id', tenant_id, 'kind', 'connected')::text)
                from connected
            )
            select exists (select 1 from calls where id = @CallId) from (select count(*) from told) as counted
            """,
            new { stream.CallId, stream.StreamId, stream.At }, transaction, cancellationToken: cancellationToken));
        await AfterCall.QueueStartedAsync(connection, transaction, stream.CallId, stream.At, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return known;
    }
}
