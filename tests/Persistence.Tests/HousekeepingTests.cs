using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Persistence.Maintenance;
using Parley.Tests.Common.Time;

namespace Parley.Persistence.Tests;

public sealed class HousekeepingTests(PostgresFixture postgres)
{
    private readonly ManualClock clock = new();

    [Fact]
    public async Task What_is_older_than_it_is_kept_is_deleted_and_nothing_else()
    {
        await using var world = await FilledAsync();

        var deleted = await Service(world, new RetentionOptions()).CleanAsync(default);

        deleted.ShouldBe(5);
        (await LeftAsync(world)).ShouldBe("webhook new, done new, failed new, queued old, status new, 01900000-0000-7000-8000-000000000002");
        (await Service(world, new RetentionOptions()).CleanAsync(default)).ShouldBe(0);
    }

    [Fact]
    public async Task A_retention_of_zero_keeps_everything()
    {
        await using var world = await FilledAsync();
        var forEver = new RetentionOptions
        {
            WebhookEvents = TimeSpan.Zero,
            DoneJobs = TimeSpan.Zero,
            FailedJobs = TimeSpan.Zero,
            EarlyMessageStatuses = TimeSpan.FromDays(-1),
            RemovedCalls = TimeSpan.Zero,
        };

        (await Service(world, forEver).CleanAsync(default)).ShouldBe(0);
    }

    [Fact]
    public async Task The_service_cleans_at_the_start_and_once_an_hour_also_after_a_failure()
    {
        await using var world = await FilledAsync();
        var log = new FailureLog();
        using var service = new Housekeeping(world.Database, world.Options, clock, log);
        await service.StartAsync(default);
        await UntilAsync(world, "select count(*) = 1 from webhook_events");

        // The newer one is a day from its end; the table is away for an hour of that.
        await world.ScalarAsync<int>("alter table webhook_events rename to hidden; select 0");
        clock.Advance(TimeSpan.FromHours(1));
        await log.Failed.WaitAsync(TimeSpan.FromMinutes(1));
        await world.ScalarAsync<int>("alter table hidden rename to webhook_events; select 0");
        clock.Advance(TimeSpan.FromHours(22));
        (await world.ScalarAsync<int>("select count(*) from webhook_events")).ShouldBe(1);
        clock.Advance(TimeSpan.FromHours(2));
        await UntilAsync(world, "select count(*) = 0 from webhook_events");

        await service.StopAsync(default);
    }

    private static async Task<string> LeftAsync(TestWorld world) => await world.ScalarAsync<string>(
        """
        select string_agg(name, ', ' order by place) from (
            select 1 as place, key as name from webhook_events
            union all select case status when 'done' then 2 when 'failed' then 3 else 4 end, key from jobs
            union all select 5, carrier_message_id from early_message_statuses
            union all select 6, call_id::text from removed_calls) rows
        """);

    private static async Task UntilAsync(TestWorld world, string condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await world.ScalarAsync<bool>(condition))
            limit.Token.ThrowIfCancellationRequested();
    }

    private Housekeeping Service(TestWorld world, RetentionOptions retention) => new(
        world.Database, world.Options with { Retention = retention }, clock, NullLogger<Housekeeping>.Instance);

    private async Task<TestWorld> FilledAsync()
    {
        var world = await TestWorld.CreateAsync(postgres);
        var tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        await world.ScalarAsync<int>(
            """
            insert into webhook_events (id, source, kind, key, parameters, received_at) values
                (gen_random_uuid(), 'twilio', 'status', 'webhook old', '{}', @Now - interval '30 days 1 second'),
                (gen_random_uuid(), 'twilio', 'status', 'webhook new', '{}', @Now - interval '29 days');
            insert into jobs (id, tenant_id, kind, key, payload, run_at, max_attempts, status, created_at, finished_at) values
                (gen_random_uuid(), @Tenant, 'k', 'done old', '{}', @Now, 1, 'done', @Now, @Now - interval '7 days 1 second'),
                (gen_random_uuid(), @Tenant, 'k', 'done new', '{}', @Now, 1, 'done', @Now, @Now - interval '6 days'),
                (gen_random_uuid(), @Tenant, 'k', 'failed old', '{}', @Now, 1, 'failed', @Now, @Now - interval '90 days 1 second'),
                (gen_random_uuid(), @Tenant, 'k', 'failed new', '{}', @Now, 1, 'failed', @Now, @Now - interval '89 days'),
                (gen_random_uuid(), @Tenant, 'k', 'queued old', '{}', @Now - interval '1 year', 1, 'queued', @Now - interval '1 year', null);
            insert into removed_calls (call_id, removed_at) values
                ('01900000-0000-7000-8000-000000000001', @Now - interval '90 days 1 second'),
                ('01900000-0000-7000-8000-000000000002', @Now - interval '89 days');
            insert into early_message_statuses (carrier_message_id, status, received_at) values
                ('status old', 'sent', @Now - interval '7 days 1 second'),
                ('status new', 'sent', @Now - interval '6 days');
            select 0
            """,
            new { Now = clock.GetUtcNow(), Tenant = tenant.Id });
        return world;
    }

    private sealed class FailureLog : ILogger<Housekeeping>
    {
        private readonly TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Failed => failed.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null)
                failed.TrySetResult();
        }
    }
}
