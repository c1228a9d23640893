using System.Collections.Concurrent;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Persistence.Messages;
using Parley.Persistence.Reporting;

namespace Parley.Persistence.Tests;

public sealed class MessageQueueTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestWorld world = null!;
    private Tenant tenant = null!;

    public async ValueTask InitializeAsync()
    {
        world = await TestWorld.CreateAsync(postgres);
        tenant = await world.Importer.ImportAsync(TestWorld.NewTenant("luigis", "+12125550101"), default);
        world.Planner = call =>
        {
            var plan = TestWorld.BookingPlan(call);
            return plan with { Messages = [.. plan.Messages.Take(1)] };
        };
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_sent_message_is_marked_and_not_sent_again()
    {
        await world.FinishedCallAsync(tenant, "CA1");
        OutgoingMessage? seen = null;

        var first = await SendAsync(new SendOutcome(SendResult.Sent, "SM1"), m => seen = m);
        var second = await SendAsync(new SendOutcome(SendResult.Sent, "SM2"));

        first.ShouldBeTrue();
        second.ShouldBeFalse();
        seen!.TenantId.ShouldBe(tenant.Id);
        seen.From.ShouldBe("+12125550101");
        seen.To.ShouldBe("+12125550199");
        seen.Body.ShouldBe("Recap for Ann");
        seen.Attempt.ShouldBe(1);
        var message = await MessageAsync();
        message.Status.ShouldBe(MessageStatus.Sent);
        (await world.ScalarAsync<string>("select carrier_message_id from messages")).ShouldBe("SM1");
        message.SentAt.ShouldBe(world.Clock.Now);
        (await world.ScalarAsync<string>("select status from jobs where kind = 'send_message'")).ShouldBe("done");
    }

    [Fact]
    public async Task Several_workers_take_each_message_once()
    {
        const int Count = 30;
        for (var i = 0; i < Count; i++)
            await world.FinishedCallAsync(tenant, $"CA{i}");
        var taken = new ConcurrentBag<Guid>();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            while (await world.Messages.SendNextAsync(
                (m, _) =>
                {
                    taken.Add(m.Id);
                    return Task.FromResult(new SendOutcome(SendResult.Sent, $"SM{m.Id}"));
                },
                default))
            {
            }
        }));

        taken.Count.ShouldBe(Count);
        taken.Distinct().Count().ShouldBe(Count);
    }

    [Fact]
    public async Task A_message_to_retry_waits_for_its_backoff_and_then_goes_out()
    {
        await world.FinishedCallAsync(tenant, "CA1");
        await SendAsync(new SendOutcome(SendResult.Retry, Error: "503"));
        var waiting = await MessageAsync();

        (await SendAsync(new SendOutcome(SendResult.Sent, "SM1"))).ShouldBeFalse();
        world.Clock.Now = await DueAsync();
        var attempt = 0;
        (await SendAsync(new SendOutcome(SendResult.Sent, "SM1"), m => attempt = m.Attempt)).ShouldBeTrue();

        waiting.Status.ShouldBe(MessageStatus.Queued);
        waiting.Error.ShouldBe("503");
        attempt.ShouldBe(2);
        (await MessageAsync()).Status.ShouldBe(MessageStatus.Sent);
        (await MessageAsync()).Error.ShouldBeNull();
    }

    [Theory]
    [InlineData(1, 8, 12)]
    [InlineData(2, 16, 24)]
    [InlineData(4, 64, 96)]
    [InlineData(12, 720, 1080)]
    public void The_backoff_doubles_up_to_its_limit_with_a_fifth_of_jitter(int attempt, double fromSeconds, double toSeconds) =>
        MessageQueue.Backoff(attempt, null).TotalSeconds.ShouldBeInRange(fromSeconds, toSeconds);

    [Fact]
    public async Task The_carriers_own_wait_is_honoured()
    {
        await world.FinishedCallAsync(tenant, "CA1");

        await SendAsync(new SendOutcome(SendResult.Retry, Error: "429", RetryAfter: TimeSpan.FromMinutes(7)));

        (await DueAsync()).ShouldBe(world.Clock.Now.AddMinutes(7));
    }

    [Fact]
    public async Task After_six_attempts_a_message_has_failed_for_all_to_see()
    {
        await world.FinishedCallAsync(tenant, "CA1");
        var attempts = 0;
        for (var i = 0; i < 10; i++)
        {
            await SendAsync(new SendOutcome(SendResult.Retry, Error: "503 from the carrier"), _ => attempts++);
            world.Clock.Now += TimeSpan.FromHours(1);
        }

        attempts.ShouldBe(6);
        var message = await MessageAsync();
        message.Status.ShouldBe(MessageStatus.Failed);
        message.Error.ShouldBe("503 from the carrier");
        message.Attempts.ShouldBe(6);
        (await world.ScalarAsync<string>("select status || ': ' || last_error from jobs where kind = 'send_message'")).ShouldBe("failed: 503 from the carrier");
    }

    [Fact]
    public async Task A_refused_message_fails_at_once()
    {
        await world.FinishedCallAsync(tenant, "CA1");

        await SendAsync(new SendOutcome(SendResult.Failed, Error: "21211 invalid number"));
        world.Clock.Now += TimeSpan.FromDays(1);

        (await SendAsync(new SendOutcome(SendResult.Sent, "SM1"))).ShouldBeFalse();
        (await MessageAsync()).Status.ShouldBe(MessageStatus.Failed);
    }

    [Fact]
    public async Task A_sender_that_throws_is_a_retry_without_its_message()
    {
        await world.FinishedCallAsync(tenant, "CA1");

        (await world.Messages.SendNextAsync((_, _) => throw new InvalidOperationException("secret"), default)).ShouldBeTrue();

        var message = await MessageAsync();
        message.Status.ShouldBe(MessageStatus.Queued);
        message.Error.ShouldBe("The sender failed: InvalidOperationException.");
    }

    [Fact]
    public async Task A_send_cancelled_by_a_stop_is_given_back_and_was_no_attempt()
    {
        await world.FinishedCallAsync(tenant, "CA1");
        using var stop = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(world.Messages.SendNextAsync(
            async (_, token) =>
            {
                await stop.CancelAsync();
                token.ThrowIfCancellationRequested();
                return new SendOutcome(SendResult.Sent);
            },
            stop.Token));

        var attempt = 0;
        (await SendAsync(new SendOutcome(SendResult.Sent, "SM1"), m => attempt = m.Attempt)).ShouldBeTrue();
        attempt.ShouldBe(1);
    }

    [Fact]
    public async Task A_worker_that_died_gives_its_message_back_when_its_lease_passes_and_may_not_overwrite_then()
    {
        await world.FinishedCallAsync(tenant, "CA1");
        var second = 0;

        await world.Messages.SendNextAsync(
            async (_, _) =>
            {
                (await SendAsync(new SendOutcome(SendResult.Sent, "SM0"))).ShouldBeFalse();
                world.Clock.Now += MessageQueue.Lease;
                await SendAsync(new SendOutcome(SendResult.Sent, "SM1"), m => second = m.Attempt);
                return new SendOutcome(SendResult.Failed, Error: "late");
            },
            default);

        second.ShouldBe(2);
        var message = await MessageAsync();
        message.Status.ShouldBe(MessageStatus.Sent);
        (await world.ScalarAsync<string>("select carrier_message_id from messages")).ShouldBe("SM1");
    }

    [Fact]
    public async Task A_final_status_never_goes_back()
    {
        await world.FinishedCallAsync(tenant, "CA1");
        await SendAsync(new SendOutcome(SendResult.Sent, "SM1"));

        await world.Messages.UpdateStatusAsync("SM1", "undelivered", "30003", world.Clock.Now, default);
        await world.Messages.UpdateStatusAsync("SM1", "delivered", null, world.Clock.Now, default);
        await world.Messages.UpdateStatusAsync("SM1", "sending", null, world.Clock.Now, default);

        var message = await MessageAsync();
        message.Status.ShouldBe(MessageStatus.Undelivered);
        message.ErrorCode.ShouldBe("30003");
    }

    [Fact]
    public async Task A_status_that_is_faster_than_the_answer_to_the_request_is_not_lost()
    {
        await world.FinishedCallAsync(tenant, "CA1");

        await world.Messages.SendNextAsync(
            async (_, _) =>
            {
                await world.Messages.UpdateStatusAsync("SM1", "sent", null, world.Clock.Now, default);
                await world.Messages.UpdateStatusAsync("SM1", "delivered", null, world.Clock.Now, default);
                await world.Messages.UpdateStatusAsync("SM1", "sent", null, world.Clock.Now, default);
                return new SendOutcome(SendResult.Sent, "SM1");
            },
            default);

        (await MessageAsync()).Status.ShouldBe(MessageStatus.Delivered);
        (await world.ScalarAsync<int>("select count(*) from early_message_statuses")).ShouldBe(0);
    }

    [Fact]
    public async Task A_queued_message_wakes_a_waiting_worker()
    {
        await world.Signals.Start();
        // The connection itself wakes a worker once, because it may have missed something.
        await world.Messages.WaitAsync(TimeSpan.FromMinutes(1), default);
        var waiting = world.Messages.WaitAsync(TimeSpan.FromMinutes(5), default);
        waiting.IsCompleted.ShouldBeFalse();

        await world.FinishedCallAsync(tenant, "CA1");

        await waiting.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_wait_ends_by_its_time_and_by_cancellation()
    {
        await world.Messages.WaitAsync(TimeSpan.FromMilliseconds(1), default);

        await Should.ThrowAsync<OperationCanceledException>(
            world.Messages.WaitAsync(TimeSpan.FromMinutes(5), new CancellationToken(canceled: true)));
    }

    private Task<bool> SendAsync(SendOutcome outcome, Action<OutgoingMessage>? seen = null) => world.Messages.SendNextAsync(
        (message, _) =>
        {
            seen?.Invoke(message);
            return Task.FromResult(outcome);
        },
        default);

    private Task<DateTimeOffset> DueAsync() => world.ScalarAsync<DateTimeOffset>("select run_at from jobs where kind = 'send_message' and status = 'queued'");

    private async Task<MessageRow> MessageAsync() =>
        (await new MessageReports(world.Database).ListAsync(TenantScope.Operator, new MessageFilter(), default)).Items.ShouldHaveSingleItem();
}
