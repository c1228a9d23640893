using Dapper;
using NodaTime;
using Npgsql;
using Parley.Conversation.Agents;
using Parley.Conversation.PostCall;
using Parley.Conversation.Tenants;
using Parley.Persistence.Bookings;
using Parley.Persistence.Json;
using Parley.Persistence.Messages;

namespace Parley.Persistence.Calls;

/// <summary>Stores what a finished call leaves behind. The call's row is locked by the caller, which makes it the only writer.</summary>
internal static class PostCallWriter
{
    /// <summary>Whether the lead and messages of a call may still be made anew: nothing was tried to be sent, nobody dealt with the lead.</summary>
    public static Task<bool> MayReplaceAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid callId, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            """
            -- Locked, so that no worker takes a job between this look and the end of the transaction.
            with waiting as (
                select j.attempts from jobs j join messages m on j.key = 'send_message:' || m.id
                where m.call_id = @callId and not m.by_tool for update of j
            )
            select not exists (select 1 from waiting where attempts > 0)
               and not exists (select 1 from messages where call_id = @callId and not by_tool and (status <> 'queued' or attempts > 0))
               and not exists (select 1 from leads where call_id = @callId and handled_at is not null)
            """,
            new { callId }, transaction, cancellationToken: cancellationToken));

    /// <summary>Takes back messages that were not tried, with their jobs, and the lead when asked to.</summary>
    public static Task RemoveAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid callId, bool withLead, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            delete from jobs j using messages m where m.call_id = @callId and not m.by_tool and j.key = 'send_message:' || m.id;
            delete from messages where call_id = @callId and not by_tool;
            delete from leads where call_id = @callId and @withLead
            """,
            new { callId, withLead }, transaction, cancellationToken: cancellationToken));

    /// <summary>Replaces what was stored for the call by a plan; a lead keeps its id.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid callId, Tenant tenant, PostCallPlan plan, DateTimeOffset now,
        TimeSpan delay, CancellationToken cancellationToken)
    {
        await RemoveAsync(connection, transaction, callId, withLead: plan.Lead is null, cancellationToken);
        Guid? leadId = plan.Lead is null ? null : await WriteLeadAsync(connection, transaction, callId, tenant, plan.Lead, now, cancellationToken);
        // The booking may have been moved or called off by another call while this one was not over.
        if (await BookingLeads.SettleAsync(connection, transaction, tenant.Id, callId, now, cancellationToken))
            return;
        var sent = (await connection.QueryAsync<string>(new CommandDefinition(
            "select type from messages where call_id = @callId and subject = ''", new { callId }, transaction, cancellationToken: cancellationToken)))
            .ToHashSet(StringComparer.Ordinal);
        // One of a type: the unique key would reject a second, and with it the whole call. What was sent during the call is not sent again.
        foreach (var message in plan.Messages.DistinctBy(m => m.Type).Where(m => !sent.Contains(m.Type)))
        {
            var id = Guid.CreateVersion7(now);
            await connection.ExecuteAsync(new CommandDefinition(
                """
                insert into messages (id, tenant_id, lead_id, call_id, type, from_number, to_number, body, created_at, updated_at)
                values (@Id, @TenantId, @LeadId, @CallId, @Type, @From, @To, @Body, @Now, @Now);
                insert into jobs (id, tenant_id, kind, key, payload, run_at, max_attempts, created_at)
                values (@JobId, @TenantId, @Kind, 'send_message:' || @Id, jsonb_build_object('message_id', @Id), @RunAt, @MaxAttempts, @Now)
                """,
                new
                {
                    Id = id,
                    JobId = Guid.CreateVersion7(now),
                    TenantId = tenant.Id,
                    LeadId = leadId,
                    CallId = callId,
                    message.Type,
                    message.From,
                    message.To,
                    message.Body,
                    Now = now,
                    RunAt = now + delay,
                    Kind = MessageQueue.JobKind,
                    MessageQueue.MaxAttempts,
                },
                transaction, cancellationToken: cancellationToken));
        }
    }

    private static Task<Guid> WriteLeadAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid callId, Tenant tenant, LeadDraft lead, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        return connection.ExecuteScalarAsync<Guid>(new CommandDefinition(
            """
            insert into leads (id, tenant_id, call_id, intent, status, name, phone, party_size, service, requested_for, requested_at,
                call_back_for, call_back_at, time_zone, note, summary, created_at, updated_at)
            values (@Id, @TenantId, @CallId, @Intent, @Status, @Name, @Phone, @PartySize, @Service, @RequestedFor::timestamp, @RequestedAt,
                @CallBackFor::timestamp, @CallBackAt,
                @TimeZone, @Note, @Summary, @Now, @Now)
            on conflict (call_id) do update set intent = excluded.intent, status = excluded.status, name = excluded.name,
                phone = excluded.phone, party_size = excluded.party_size, service = excluded.service,
                requested_for = excluded.requested_for, requested_at = excluded.requested_at,
                call_back_for = excluded.call_back_for, call_back_at = excluded.call_back_at, time_zone = excluded.time_zone,
                note = excluded.note, summary = excluded.summary, updated_at = excluded.updated_at
            returning id
            """,
            new
            {
                Id = Guid.CreateVersion7(now),
                TenantId = tenant.Id,
                CallId = callId,
                Intent = EnumText<CallIntent>.Of(lead.Intent),
                lead.Status,
                lead.Name,
                lead.Phone,
                lead.PartySize,
                lead.Service,
                RequestedFor = WallClock(lead.RequestedFor),
                RequestedAt = Moment(lead.RequestedFor, tenant),
                CallBackFor = WallClock(lead.CallBackFor),
                CallBackAt = Moment(lead.CallBackFor, tenant),
                TimeZone = tenant.TimeZone.Id,
                lead.Note,
                lead.Summary,
                Now = now,
            },
            transaction, cancellationToken: cancellationToken));
    }

    private static DateTime? WallClock(DateTime? local) => local is { } time ? DateTime.SpecifyKind(time, DateTimeKind.Unspecified) : null;

    // A time that the clock skips or has twice on a change-over day is taken as NodaTime's lenient rule has it.
    private static DateTimeOffset? Moment(DateTime? local, Tenant tenant) =>
        local is { } time ? LocalDateTime.FromDateTime(time).InZoneLeniently(tenant.TimeZone).ToInstant().ToDateTimeOffset() : null;
}
