using System.Diagnostics.CodeAnalysis;
using Dapper;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Tests;

/// <summary>A tenant of one test, with rows put straight into the tables.</summary>
public sealed class TestTenant(AdminFixture fixture, Guid id, string slug)
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private const string Profile =
        """
        {
          "greeting": "Luigi's, hello!",
          "hours": {"weekly": [{"day": "monday", "open": "17:00", "close": "01:00"}], "closed": ["2026-12-25"]},
          "booking": {"max_party_size": 8}
        }
        """;

    private int rows;

    public Guid Id => id;

    public string Slug => slug;

    [NotNull] public string? Key { get; private set; }

    public string Number => "+1" + "2" + Math.Abs(id.GetHashCode() % 1_000_000_000).ToString("D9", null);

    public HttpClient Client() => fixture.Host.Client(Key);

    public async Task InsertAsync()
    {
        await ExecuteAsync(
            """
            insert into tenants (id, slug, name, kind, time_zone, language, profile, created_at, updated_at)
            values (@id, @slug, 'Luigi''s', 'restaurant', 'America/New_York', 'en-US', @Profile::jsonb, @Noon, @Noon);
            insert into inbound_routes (number, tenant_id) values (@Number, @id);
            """,
            new { id, slug, Noon, Number, Profile });
        Key = (await fixture.Keys.CreateAsync(TenantScope.Of(id), "tests", CancellationToken.None)).Secret;
    }

    public async Task<TestCall> CallAsync(
        DateTimeOffset? startedAt = null, string intent = "none", string? caller = "+12125550123", bool ended = true)
    {
        var at = startedAt ?? Noon.AddSeconds(Interlocked.Increment(ref rows));
        var callId = Guid.CreateVersion7(at);
        var carrierId = "CA" + callId.ToString("N");
        await ExecuteAsync(
            """
            insert into calls (id, tenant_id, carrier_call_id, direction, caller_number, called_number, started_at, connected_at, ended_at,
                               duration_ms, end_reason, closed_by, transfer_to, intent, speculations_used, speculations_wasted)
            values (@callId, @id, @carrierId, 'inbound', @caller, @Number, @at, @Connected, @EndedAt, @Duration, @Reason, @By, null,
                    @intent, 2, 1)
            """,
            new
            {
                callId, id, carrierId, caller, Number, at, Connected = at.AddSeconds(1), intent,
                EndedAt = ended ? at.AddSeconds(61) : (DateTimeOffset?)null,
                Duration = ended ? 61_000L : (long?)null,
                Reason = ended ? "caller_hung_up" : null,
                By = ended ? "media" : null,
            });
        return new TestCall(callId, carrierId, at);
    }

    public Task TurnAsync(TestCall call, int ordinal, string speaker, string text, string? heard = null) => ExecuteAsync(
        """
        insert into turns (tenant_id, call_id, ordinal, speaker, source, generated_text, sent_text, heard_text, interrupted, started_at,
                           ended_at, speech_start_ms, speech_end_ms, first_frame_sent_ms, speculated)
        values (@id, @CallId, @ordinal, @speaker, @Source, @text, @text, @Heard, @Interrupted, @StartedAt, @EndedAt, 1000, 1500, 1900, false);
        select pg_notify('parley_calls',
            json_build_object('call_id', @CallId, 'tenant_id', @id, 'kind', 'turn', 'ordinal', @ordinal)::text);
        """,
        new
        {
            id, CallId = call.Id, ordinal, speaker, text, Heard = heard ?? text, Interrupted = heard is not null,
            Source = speaker == "caller" ? "speech" : null,
            StartedAt = call.StartedAt.AddSeconds(ordinal), EndedAt = call.StartedAt.AddSeconds(ordinal + 1),
        });

    /// <summary>What a call used, as its end writes it: by media stream.</summary>
    public Task BillAsync(TestCall call, string usage, decimal? cost) => ExecuteAsync(
        "update calls set usage = @usage::jsonb, cost = @cost, cost_currency = @Currency where id = @CallId",
        new { usage, cost, Currency = cost is null ? null : "EUR", CallId = call.Id });

    /// <summary>The tenant chooses its providers.</summary>
    public Task ChooseAsync(string providers) => ExecuteAsync(
        "update tenants set profile = profile || jsonb_build_object('providers', @providers::jsonb) where id = @id", new { providers, id });

    public Task EndAsync(TestCall call) => ExecuteAsync(
        """
        update calls set ended_at = @EndedAt, duration_ms = 60000, end_reason = 'agent_ended', closed_by = 'media' where id = @CallId;
        select pg_notify('parley_calls', json_build_object('call_id', @CallId, 'tenant_id', @id, 'kind', 'ended')::text);
        """,
        new { id, CallId = call.Id, EndedAt = call.StartedAt.AddSeconds(60) });

    public async Task<Guid> LeadAsync(
        TestCall call, string intent = "booking", string status = "confirmed", DateTimeOffset? createdAt = null, bool handled = false)
    {
        var at = createdAt ?? call.StartedAt;
        var leadId = Guid.CreateVersion7(at);
        await ExecuteAsync(
            """
            insert into leads (id, tenant_id, call_id, intent, status, name, phone, party_size, requested_for, requested_at, time_zone, note,
                               call_back_for, call_back_at, summary, handled_at, created_at, updated_at)
            values (@leadId, @id, @CallId, @intent, @status, 'Maria', '+12125550123', 4, timestamp '2026-11-21 19:30',
                    timestamptz '2026-11-22 00:30Z', 'America/New_York', 'window seat',
                    timestamp '2026-11-22 17:00', timestamptz '2026-11-22 22:00Z', 'A table for four.', @Handled, @at, @at)
            """,
            new { leadId, id, CallId = call.Id, intent, status, at, Handled = handled ? at : (DateTimeOffset?)null });
        return leadId;
    }

    public async Task<Guid> MessageAsync(
        TestCall call, Guid? leadId = null, string type = "recap", string status = "sent", DateTimeOffset? createdAt = null)
    {
        var at = createdAt ?? call.StartedAt;
        var messageId = Guid.CreateVersion7(at);
        await ExecuteAsync(
            """
            insert into messages (id, tenant_id, lead_id, call_id, type, from_number, to_number, body, status, created_at, updated_at)
            values (@messageId, @id, @leadId, @CallId, @type, @Number, '+12125550123', 'See you!', @status, @at, @at)
            """,
            new { messageId, id, leadId, CallId = call.Id, type, Number, status, at });
        return messageId;
    }

    public async Task<Guid> BookingAsync(string resource, string unit, DateTimeOffset startsAt, string status = "confirmed")
    {
        var bookingId = Guid.CreateVersion7(startsAt);
        await ExecuteAsync(
            """
            insert into booking_units (tenant_id, resource, unit) values (@id, @resource, @unit) on conflict do nothing;
            insert into bookings (id, tenant_id, unit_id, status, guests, name, phone, starts_at, ends_at, starts_local, ends_local, blocked_until,
                                  busy_from, busy_until, expires_at, created_at, updated_at)
            select @bookingId, @id, u.id, @status, 2, 'Maria', '+12125550123', @startsAt, @EndsAt, @startsAt at time zone 'America/New_York',
                   @EndsAt at time zone 'America/New_York', @EndsAt, @startsAt, @EndsAt, @Expires, @startsAt, @startsAt
            from booking_units u where u.tenant_id = @id and u.resource = @resource and u.unit = @unit
            """,
            new
            {
                bookingId, id, resource, unit, status, startsAt, EndsAt = startsAt.AddHours(1),
                Expires = status == "held" ? Noon.AddDays(-9) : (DateTimeOffset?)null,
            });
        return bookingId;
    }

    private async Task ExecuteAsync(string sql, object parameters)
    {
        await using var connection = await fixture.Database.DataSource.OpenConnectionAsync();
        await connection.ExecuteAsync(sql, parameters);
    }
}

public sealed record TestCall(Guid Id, string CarrierId, DateTimeOffset StartedAt);
