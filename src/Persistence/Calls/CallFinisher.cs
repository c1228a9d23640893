using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.Conversation.PostCall;
using Parley.Conversation.Providers;
using Parley.Conversation.Stores;
using Parley.Persistence.Bookings;
using Parley.Persistence.Customers;
using Parley.Persistence.Json;
using Parley.Persistence.Tenants;

namespace Parley.Persistence.Calls;

/// <summary>
/// Closes calls: end, lead, messages and their jobs in one transaction, so that either all is there or nothing.
/// <para>
/// The first end reason of the media side wins. The carrier's word closes a call that is still open, with a reason that is only inferred;
/// the media side's own word, should it come later, replaces that reason and fills what is missing. The lead and its messages are then
/// made anew from the richer call as long as no message was tried and nobody dealt with the lead; after that they stay as they are.
/// </para>
/// <para>
/// When more may be coming (the line broke and the caller may be back, or the carrier was faster than the media side) messages wait for
/// <see cref="Grace"/> before they are sent.
/// </para>
/// </summary>
public sealed partial class CallFinisher(
    Database database, Func<FinishedCall, PostCallPlan> planner, TimeProvider time, ILogger<CallFinisher> logger, PriceTable? prices = null)
{
    /// <summary>How long the messages of a call that may go on are held back: longer than a carrier takes to bring the caller back.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Reasons after which the TwiML that follows the stream may bring the caller back: the line broke, or nobody answered a transfer.
    /// </summary>
    internal static readonly CallEndReason[] Resumable =
        [CallEndReason.TransportLost, CallEndReason.ServerStopping, CallEndReason.Transferred];

    /// <summary>The carrier's statuses after which nothing more comes (Twilio, "Call status values").</summary>
    internal static readonly string[] FinalStatuses = ["completed", "busy", "no-answer", "failed", "canceled"];

    /// <summary>Closes a call on the media side's word; false when the call is not known. Repeating it, or the end of a stream that was followed by another, changes nothing.</summary>
    internal async Task<bool> FinishAsync(CallEnded ended, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var call = await LockAsync(connection, transaction, "id = @Key", ended.CallId, cancellationToken);
        if (call is null)
            return false;

        // Also what a stream used that another has followed.
        await CallUsage.AddAsync(connection, transaction, ended, prices, cancellationToken);
        if (call.ClosedBy == "media")
        {
            await transaction.CommitAsync(cancellationToken);
            return true;
        }

        if (ended.StreamId is { } stream && call.StreamId is { } current && stream != current)
        {
            LogStaleEnd(call.Id, EnumText<CallEndReason>.Of(ended.Reason));
            await transaction.CommitAsync(cancellationToken);
            return true;
        }

        var endedAt = call.EndedAt ?? ended.EndedAt;
        await connection.ExecuteAsync(new CommandDefinition(
            """
            update calls set end_reason = @Reason, closed_by = 'media', ended_at = @EndedAt,
                duration_ms = greatest(0, (extract(epoch from @EndedAt - started_at) * 1000)::bigint),
                transfer_to = coalesce(@TransferTo, transfer_to),
                transfer_summary = @TransferSummary, speculations_used = @SpeculationsUsed,
                speculations_wasted = @SpeculationsWasted
            where id = @CallId
            """,
            new
            {
                ended.CallId,
                Reason = EnumText<CallEndReason>.Of(ended.Reason),
                EndedAt = endedAt,
                ended.TransferTo,
                TransferSummary = ended.TransferSummary?.Replace("\0", "", StringComparison.Ordinal),
                ended.SpeculationsUsed,
                ended.SpeculationsWasted,
            },
            transaction, cancellationToken: cancellationToken));
        if (!Resumable.Contains(ended.Reason))
            await BookingWork.ReleaseAsync(connection, transaction, call.TenantId, call.Id, time.GetUtcNow(), cancellationToken);
        await PlanAsync(connection, transaction, call, Resumable.Contains(ended.Reason) ? Grace : TimeSpan.Zero, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Notes the carrier's word on a call, and closes it when it is final and the call still open.</summary>
    internal async Task CloseByCarrierAsync(
        string carrierCallId, string status, int? durationSeconds, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var call = await LockAsync(connection, transaction, "carrier_call_id = @Key", carrierCallId, cancellationToken);
        if (call is null)
        {
            LogUnknownCall(carrierCallId, status);
            return;
        }

        await connection.ExecuteAsync(new CommandDefinition(
            """
            update calls set carrier_duration_s = coalesce(@durationSeconds, carrier_duration_s),
                carrier_status = case when carrier_status = any(@FinalStatuses) then carrier_status else @status end
            where id = @Id
            """,
            new { call.Id, durationSeconds, status, FinalStatuses }, transaction, cancellationToken: cancellationToken));
        if (FinalStatuses.Contains(status))
            await BookingWork.ReleaseAsync(connection, transaction, call.TenantId, call.Id, time.GetUtcNow(), cancellationToken);
        if (call.EndedAt is null && FinalStatuses.Contains(status))
        {
            var reason = call.ConnectedAt is null ? CallEndReason.NeverConnected : CallEndReason.CallerHungUp;
            await connection.ExecuteAsync(new CommandDefinition(
                """
                update calls set end_reason = @Reason, closed_by = 'carrier', ended_at = @at,
                    duration_ms = greatest(0, (extract(epoch from @at - started_at) * 1000)::bigint)
                where id = @Id
                """,
                new { call.Id, Reason = EnumText<CallEndReason>.Of(reason), at }, transaction, cancellationToken: cancellationToken));
            await PlanAsync(connection, transaction, call, Grace, cancellationToken);
        }
        else if (FinalStatuses.Contains(status))
        {
            // Whoever follows a call that could have gone on learns that it does not.
            await TellEndedAsync(connection, transaction, call, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Opens a call again that a lost stream had closed, when a new stream picks it up.</summary>
    internal static async Task ReopenAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid callId, string streamId, CancellationToken cancellationToken)
    {
        var call = await LockAsync(connection, transaction, "id = @Key", callId, cancellationToken);
        if (call?.EndReason is null || call.StreamId == streamId || call.ClosedBy != "media"
            || !Resumable.Contains(EnumText<CallEndReason>.Parse(call.EndReason)))
        {
            return;
        }

        if (await PostCallWriter.MayReplaceAsync(connection, transaction, callId, cancellationToken))
            await PostCallWriter.RemoveAsync(connection, transaction, callId, withLead: true, cancellationToken);
        await AfterCall.RemoveAsync(connection, transaction, callId, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "update calls set end_reason = null, closed_by = null, ended_at = null, duration_ms = null where id = @callId",
            new { callId }, transaction, cancellationToken: cancellationToken));
    }

    private async Task PlanAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, LockedCall call, TimeSpan delay, CancellationToken cancellationToken)
    {
        if (await PostCallWriter.MayReplaceAsync(connection, transaction, call.Id, cancellationToken)
            && await TenantRows.FindAsync(connection, call.TenantId, cancellationToken, transaction) is { } tenant)
        {
            var (history, _) = await CallHistory.LoadAsync(connection, transaction, call.Id, cancellationToken);
            var facts = await BookingLeads.WithBookingAsync(
                connection, transaction, call.TenantId, call.Id, call.Facts is null ? CallFacts.None : PersistenceJson.Read<CallFacts>(call.Facts), cancellationToken);
            var plan = TryPlan(call.Id, new FinishedCall(tenant, call.CallerNumber, call.CalledNumber, call.StartedAt, facts, history));
            await PostCallWriter.WriteAsync(connection, transaction, call.Id, tenant, plan, time.GetUtcNow(), delay, cancellationToken);
        }

        await CustomerWriter.UpdateAsync(connection, transaction, call.Id, time.GetUtcNow(), cancellationToken);
        await AfterCall.QueueAsync(connection, transaction, call.TenantId, call.Id, time.GetUtcNow(), delay, cancellationToken);

        await TellEndedAsync(connection, transaction, call, cancellationToken);
    }

    private static Task<int> TellEndedAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, LockedCall call, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            "select pg_notify('parley_calls', json_build_object('call_id', @Id, 'tenant_id', @TenantId, 'kind', 'ended')::text)",
            new { call.Id, call.TenantId }, transaction, cancellationToken: cancellationToken));

    private PostCallPlan TryPlan(Guid callId, FinishedCall call)
    {
        try
        {
            return planner(call);
        }
        catch (Exception e)
        {
            // A planner that stumbles over one call must not keep that call open for ever, nor those behind it in the journal.
            LogPlanFailed(e, callId);
            return new PostCallPlan(null, []);
        }
    }

    private static Task<LockedCall?> LockAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string where, object key, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<LockedCall>(new CommandDefinition(
            $"""
            select id, tenant_id, caller_number, called_number, started_at, connected_at, ended_at, end_reason, closed_by, stream_id,
                   facts::text as facts
            from calls where {where} for update
            """,
            new { Key = key }, transaction, cancellationToken: cancellationToken));

    [LoggerMessage(6301, LogLevel.Error, "Call {CallId}: no lead could be made of it; the call was closed without one")]
    private partial void LogPlanFailed(Exception exception, Guid callId);

    [LoggerMessage(6302, LogLevel.Warning, "The carrier reported {Status} for the call {CarrierCallId}, which is not known")]
    private partial void LogUnknownCall(string carrierCallId, string status);

    [LoggerMessage(6303, LogLevel.Information, "Call {CallId}: the end of a stream ({Reason}) came after another had taken up the call")]
    private partial void LogStaleEnd(Guid callId, string reason);

    private sealed record LockedCall
    {
        public Guid Id { get; init; }

        public Guid TenantId { get; init; }

        public string? CallerNumber { get; init; }

        public string CalledNumber { get; init; } = "";

        public DateTimeOffset StartedAt { get; init; }

        public DateTimeOffset? ConnectedAt { get; init; }

        public DateTimeOffset? EndedAt { get; init; }

        public string? EndReason { get; init; }

        public string? ClosedBy { get; init; }

        public string? StreamId { get; init; }

        public string? Facts { get; init; }
    }
}
