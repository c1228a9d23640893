using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Parley.Conversation.Stores;
using Parley.MediaGateway.Diagnostics;
using Parley.MediaGateway.Messaging;
using Parley.MediaGateway.Sessions;
using Parley.MediaGateway.Tests.Fakes;

namespace Parley.MediaGateway.Tests.Messaging;

public sealed class OutboxWorkerTests : IDisposable
{
    private readonly MemoryStores stores = new();
    private readonly ManualTime time = new();
    private readonly GatedSender sender = new();
    private readonly OutboxWorker worker;

    public OutboxWorkerTests() => worker = new OutboxWorker(stores, sender, Metrics(), time, NullLogger<OutboxWorker>.Instance);

    public void Dispose() => worker.Dispose();

    private static GatewayMetrics Metrics()
    {
        var options = Options.Create(new GatewayOptions());
        return new GatewayMetrics(
            new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>(),
            new CallRegistry(options, TimeProvider.System), options);
    }

    private void Queue(int messages)
    {
        for (var i = 0; i < messages; i++)
            stores.Outbox.Enqueue(new OutgoingMessage(Guid.CreateVersion7(time.Now), MemoryStores.Luigis.Id, "+14155550199", "+14155550100", "Hi.", 1));
    }

    [Fact]
    public async Task Everything_queued_is_sent_and_then_it_waits()
    {
        Queue(3);
        sender.Release.SetResult();
        await worker.StartAsync(CancellationToken.None);
        await stores.Waiting.Task;
        await worker.StopAsync(CancellationToken.None);
        stores.Outcomes.Select(outcome => outcome.Result).ShouldBe([SendResult.Sent, SendResult.Sent, SendResult.Sent]);
    }

    [Fact]
    public async Task A_stop_lets_the_message_in_hand_finish_and_takes_no_other()
    {
        Queue(2);
        await worker.StartAsync(CancellationToken.None);
        await sender.Asked.Task;
        var stopping = worker.StopAsync(CancellationToken.None);
        sender.Release.SetResult();
        await stopping;
        stores.Outcomes.ShouldHaveSingleItem().Result.ShouldBe(SendResult.Sent);
        stores.Outbox.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_forced_stop_aborts_the_message_in_hand()
    {
        Queue(1);
        await worker.StartAsync(CancellationToken.None);
        await sender.Asked.Task;
        using var forced = new CancellationTokenSource();
        var stopping = worker.StopAsync(forced.Token);
        await forced.CancelAsync();
        await stopping;
        await sender.Aborted.Task;
        stores.Outcomes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_database_that_is_away_does_not_end_it()
    {
        Queue(1);
        sender.Release.SetResult();
        var failed = false;
        stores.Gate = _ =>
        {
            if (failed)
                return Task.CompletedTask;
            failed = true;
            throw new InvalidOperationException("away");
        };
        await worker.StartAsync(CancellationToken.None);
        await time.ExpireNextAsync();
        await stores.Waiting.Task;
        await worker.StopAsync(CancellationToken.None);
        stores.Outcomes.ShouldHaveSingleItem().Result.ShouldBe(SendResult.Sent);
    }

    private sealed class GatedSender : IMessageSender
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Aborted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<SendOutcome> SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
        {
            Asked.TrySetResult();
            try
            {
                await Release.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Aborted.TrySetResult();
                throw;
            }

            return new SendOutcome(SendResult.Sent, "SM1");
        }
    }
}
