using Dapper;
using Parley.Conversation.PostCall;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;
using Parley.Persistence.Json;
using Parley.Persistence.Reporting;
using Parley.Persistence.Tools;

namespace Parley.Persistence.Messages;

/// <summary>Puts links that a tool sends into <c>messages</c>, with their jobs.</summary>
public sealed class LinkOutbox(Database database, TimeProvider time) : ILinkOutbox
{
    /// <inheritdoc />
    public Task<ToolResult> QueueAsync(
        Tenant tenant, Guid callId, LinkMessage message, ToolReceipt<bool> receipt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(receipt);
        var now = time.GetUtcNow();
        return ToolTransaction.RunAsync(
            database, tenant.Id, receipt, now,
            async (connection, transaction) => await connection.ExecuteAsync(new CommandDefinition(
                """
                with queued as (
                    insert into messages (id, tenant_id, call_id, type, subject, by_tool, from_number, to_number, body, created_at, updated_at)
                    values (@Id, @TenantId, @callId, @Type, @Subject, true, @From, @To, @Body, @now, @now)
                    on conflict (call_id, type, subject) do nothing
                    returning id
                )
                insert into jobs (id, tenant_id, kind, key, payload, run_at, max_attempts, created_at)
                select @JobId, @TenantId, @Kind, 'send_message:' || id, jsonb_build_object('message_id', id), @now, @MaxAttempts, @now from queued
                """,
                new
                {
                    Id = Guid.CreateVersion7(now),
                    JobId = Guid.CreateVersion7(now),
                    TenantId = tenant.Id,
                    callId,
                    Type = message.IsReservation ? PostCallPlanner.ReservationLink : EnumText<MessageType>.Of(MessageType.Link),
                    Subject = message.IsReservation ? "" : message.Link,
                    message.From,
                    message.To,
                    message.Body,
                    now,
                    Kind = MessageQueue.JobKind,
                    MessageQueue.MaxAttempts,
                },
                transaction, cancellationToken: cancellationToken)) > 0,
            cancellationToken);
    }
}
