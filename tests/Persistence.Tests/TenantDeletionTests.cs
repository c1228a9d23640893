using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Parley.Conversation.Capture;
using Parley.Conversation.Escalations;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;
using Parley.Persistence.CallWebhooks;
using Parley.Persistence.Maintenance;
using Parley.Persistence.Reporting;
using Parley.Persistence.Tenants;

namespace Parley.Persistence.Tests;

public sealed class TenantDeletionTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_tenant_is_deleted_with_all_that_is_its_own_and_nobody_elses()
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        var gone = await FilledAsync(world, "luigis", "+12125550101", "CA1");
        var kept = await FilledAsync(world, "others", "+12125550102", "CA2");
        var before = await RowsAsync(world, kept.Id);
        before.Keys.ShouldBe(["api_keys", "bookings", "booking_units", "call_analyses", "call_webhooks", "calls", "customers", "escalations", "inbound_routes", "jobs", "leads",
            "messages", "staff_webhooks", "tenant_features", "tool_runs", "turns", "webhook_events"], ignoreOrder: true);
        var remover = new TenantRemover(world.Database);
        var found = (await remover.FindAsync("luigis", default)).ShouldNotBeNull();
        (found.Calls, found.Customers, found.Running).ShouldBe((1, 1, 0));

        (await remover.RemoveAsync("luigis", default)).ShouldBeTrue();

        (await RowsAsync(world, gone.Id)).ShouldBeEmpty();
        (await RowsAsync(world, kept.Id)).ShouldBe(before, ignoreOrder: true);
        (await remover.RemoveAsync("luigis", default)).ShouldBeFalse();
        (await remover.FindAsync("luigis", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Its_captures_go_as_well_also_when_the_process_that_deleted_it_did_not_come_so_far()
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        await FilledAsync(world, "luigis", "+12125550101", "CA1");
        await FilledAsync(world, "others", "+12125550102", "CA2");
        var (gone, kept) = (await world.ScalarAsync<Guid>("select id from calls where carrier_call_id = 'CA1'"), await world.ScalarAsync<Guid>("select id from calls where carrier_call_id = 'CA2'"));
        var folder = Directory.CreateDirectory(Path.Combine(world.Options.DataDirectory, "captures", "2026-11-20"));
        foreach (var name in (string[])[$"{gone}.parleycap", $"{gone}-2.parleycap", $"{kept}.parleycap", "not-an-id.parleycap", $"{gone}.txt"])
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, name), "");
        (await RemoveCapturesAsync(world)).ShouldBe(0);

        (await new TenantRemover(world.Database).RemoveAsync("luigis", default)).ShouldBeTrue();
        // Nothing more came of it; another process, later.
        (await RemoveCapturesAsync(world)).ShouldBe(2);

        folder.GetFiles().Select(static file => file.Name).ShouldBe([$"{kept}.parleycap", "not-an-id.parleycap", $"{gone}.txt"], ignoreOrder: true);
        (await RemoveCapturesAsync(world)).ShouldBe(0);
        // A node that was away: the files are there, the tenant long gone.
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, $"{gone}.parleycap"), "");
        (await RemoveCapturesAsync(world)).ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_is_told_of_the_deletion_deletes_its_captures_without_being_asked()
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        await FilledAsync(world, "luigis", "+12125550101", "CA1");
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(world.Options.DataDirectory, "captures")).FullName, $"{await world.ScalarAsync<Guid>("select id from calls")}.parleycap");
        await File.WriteAllTextAsync(file, "");
        var log = new FirstLine();
        using var captures = Captures(world);
        using var remover = new CaptureRemover(world.Database, world.Signals, captures, world.Clock, log);
        await remover.StartAsync(default);
        await world.Signals.Start();

        await new TenantRemover(world.Database).RemoveAsync("luigis", default);

        (await log.Written.WaitAsync(TimeSpan.FromMinutes(1))).ShouldBe("1 captures of deleted calls were deleted");
        File.Exists(file).ShouldBeFalse();
        await remover.StopAsync(default);
    }

    private static async Task<int> RemoveCapturesAsync(TestWorld world)
    {
        using var captures = Captures(world);
        using var remover = new CaptureRemover(world.Database, world.Signals, captures, world.Clock, NullLogger<CaptureRemover>.Instance);
        return await remover.RemoveAsync(default);
    }

    private static CallCaptures Captures(TestWorld world) => new(
        Options.Create(new CaptureOptions { Directory = Path.Combine(world.Options.DataDirectory, "captures") }), world.Clock, NullLogger<CallCaptures>.Instance);

    private sealed class FirstLine : ILogger<CaptureRemover>
    {
        private readonly TaskCompletionSource<string> written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Written => written.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            written.TrySetResult(formatter(state, exception));
    }

    /// <summary>A tenant of whom there is something in most tables.</summary>
    private static async Task<Tenant> FilledAsync(TestWorld world, string slug, string number, string carrierCallId)
    {
        var tenant = await world.Importer.ImportAsync(
            TestWorld.NewTenant(slug, number) with { Features = new Dictionary<string, bool> { ["recording"] = false } }, default);
        await world.Webhooks.SetCallsAsync(tenant.Id, new Uri("https://crm.example.com/"), CallWebhookEvents.All, null, default);
        await world.Webhooks.SetStaffAsync(tenant.Id, new Uri("https://crm.example.com/"), [EscalationReason.Anger], default);
        await new ApiKeys(world.Database, world.Clock).CreateAsync(TenantScope.Of(tenant.Id), "key", default);
        var callId = await world.FinishedCallAsync(tenant, carrierCallId);
        await world.Ledger.BeginAsync(new ToolRun($"{callId:N}-1", tenant.Id, callId, 1, "take_message", "{}", world.Clock.Now), default);
        await world.Ledger.CompleteAsync(tenant.Id, $"{callId:N}-1", new ToolResult { Text = "Noted." }, default);
        await using var connection = await world.Database.OpenAsync(default);
        await connection.ExecuteAsync(
            """
            insert into booking_units (tenant_id, resource, unit) values (@Id, 'table', '1');
            insert into bookings (id, tenant_id, unit_id, status, guests, starts_at, ends_at, starts_local, ends_local, blocked_until, busy_from,
                busy_until, created_at, updated_at)
            select gen_random_uuid(), @Id, id, 'confirmed', 2, now(), now() + interval '1 hour', now()::timestamp, now()::timestamp + interval '1 hour', now() + interval '1 hour', now(),
                now() + interval '1 hour', now(), now()
            from booking_units where tenant_id = @Id;
            insert into webhook_events (id, source, kind, key, tenant_id, carrier_call_id, parameters, received_at)
            values (gen_random_uuid(), 'twilio', 'voice', @carrierCallId, @Id, @carrierCallId, '{}', now());
            insert into escalations (id, tenant_id, call_id, reason, summary, raised_at, created_at) values (gen_random_uuid(), @Id, @callId, 'anger', 'Angry.', now(), now());
            insert into call_analyses (tenant_id, call_id, intent, outcome, sentiment, summary, successful, fields, made_by, created_at)
            values (@Id, @callId, 'none', 'none', 'neutral', '', true, '{}', 'rules', now())
            on conflict do nothing
            """,
            new { tenant.Id, carrierCallId, callId });
        return tenant;
    }

    /// <summary>How many rows a tenant has, by table; those without any left out.</summary>
    private static async Task<Dictionary<string, long>> RowsAsync(TestWorld world, Guid tenantId)
    {
        await using var connection = await world.Database.OpenAsync(default);
        var tables = await connection.QueryAsync<string>(
            """
            select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid
            where a.attname = 'tenant_id' and c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
            """);
        Dictionary<string, long> rows = [];
        foreach (var table in tables)
        {
            if (await connection.ExecuteScalarAsync<long>($"select count(*) from {table} where tenant_id = @tenantId", new { tenantId }) is > 0 and var count)
                rows.Add(table, count);
        }

        return rows;
    }
}
