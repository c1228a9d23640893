using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Turns;
using Parley.MediaGateway.Sessions;
using Parley.MediaGateway.Tests.Fakes;
using Parley.Tests.Common.Calls;

namespace Parley.MediaGateway.Tests.Sessions;

/// <summary>A carrier goes on sending when the call's loop has ended: nobody may wait for room in a queue that is not read any more.</summary>
[Collection(MediaStreams.Name)]
public sealed class LatePostTests
{
    [Fact]
    public async Task Whoever_posts_to_a_call_that_is_over_is_let_go_and_frames_are_returned()
    {
        await using var call = new EndedCall();
        await call.EndAsync();

        for (var i = 0; i < 100; i++)
        {
            await call.Pipeline.MarkAsync("1.0.1").AsTask().WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
            await call.Pipeline.PressAsync('1').AsTask().WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
            await call.Pipeline.EndAsync(CallEndReason.TransportLost).AsTask().WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
        }

        AudioFrame.Rent(AudioFormat.Telephone, 160).Dispose();
        var pooled = AudioFrame.Pooled;
        for (var i = 0; i < 100; i++)
            call.Pipeline.Hear(AudioFrame.Rent(AudioFormat.Telephone, 160));
        AudioFrame.Pooled.ShouldBe(pooled);
    }

    [Fact]
    public async Task Whoever_waits_for_room_when_the_call_ends_is_let_go()
    {
        await using var call = new EndedCall();

        // The first event ends the call; there is room for few of the others.
        Task[] posts = [call.Pipeline.EndAsync(CallEndReason.CallerHungUp).AsTask(),
            .. Enumerable.Range(0, 100).Select(i => call.Pipeline.MarkAsync($"1.0.{i}").AsTask())];
        posts.Count(p => !p.IsCompleted).ShouldBeGreaterThan(50);
        var outcome = await call.Pipeline.RunAsync().WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);

        outcome.Reason.ShouldBe(CallEndReason.CallerHungUp);
        await Task.WhenAll(posts).WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
    }

    private sealed class EndedCall : IAsyncDisposable
    {
        private readonly ServiceProvider provider = new ServiceCollection().AddMetrics().BuildServiceProvider();

        public EndedCall()
        {
            var clock = TimeProvider.System;
            var options = new PipelineOptions { QueueCapacity = 16 };
            var services = new CallServices(
                new ScriptedAgent(clock), new ScriptedRecogniser(clock), new ScriptedVoice(clock), new LoudnessDetector(),
                new AdaptiveEndpointing(options.Endpointing), new SpeechInterruption(), new MemoryJournal(),
                new ConversationMetrics(provider.GetRequiredService<IMeterFactory>()), clock, NullLoggerFactory.Instance);
            var call = new CallContext(
                Guid.CreateVersion7(clock.GetUtcNow()), "CA1", new MemoryCalls().Tenant, null, "+12125550101", CallDirection.Inbound);
            Pipeline = new CallPipeline(call, new TwilioTransport("MZ1", () => { }), services, options);
        }

        public CallPipeline Pipeline { get; }

        public async Task EndAsync()
        {
            var running = Pipeline.RunAsync();
            await Pipeline.EndAsync(CallEndReason.CallerHungUp);
            await running.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await Pipeline.DisposeAsync();
            await provider.DisposeAsync();
        }
    }
}
