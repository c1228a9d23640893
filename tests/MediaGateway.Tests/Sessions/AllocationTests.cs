using System.Buffers;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Turns;
using Parley.MediaGateway.Sessions;
using Parley.MediaGateway.Tests.Fakes;
using Parley.MediaGateway.Twilio;
using Parley.Tests.Common.Calls;
using Parley.Tests.Common.Time;

namespace Parley.MediaGateway.Tests.Sessions;

/// <summary>
/// What a frame costs the garbage collector on its way from a message through the call's loop, and from the call's loop into a message:
/// nothing. Everything runs on the test's thread, so that the count is exact.
/// </summary>
[Collection(MediaStreams.Name)]
public sealed class AllocationTests
{
    private const int WarmUp = 500;
    private const int Frames = 5000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_frame_allocates_nothing(bool whileTheAgentSpeaks)
    {
        var clock = new StandingClock();
        var options = new PipelineOptions { IdleMs = int.MaxValue / 2, MaxCallSeconds = 1_000_000 };
        var agent = new ScriptedAgent(clock) { Answer = _ => [new AgentEvent.Say(EnduringVoice.LongWords)] };
        var voice = new EnduringVoice(seconds: whileTheAgentSpeaks ? (WarmUp + Frames) / 50 + 10 : 1);
        using var provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var services = new CallServices(
            agent, new ScriptedRecogniser(clock), voice, new LoudnessDetector(), new AdaptiveEndpointing(options.Endpointing),
            new SpeechInterruption(), new MemoryJournal(), new ConversationMetrics(provider.GetRequiredService<IMeterFactory>()), clock,
            NullLoggerFactory.Instance);
        var call = new CallContext(
            Guid.CreateVersion7(clock.GetUtcNow()), "CA1", new MemoryCalls().Tenant, null, "+12125550101", CallDirection.Inbound);
        var transport = new TwilioTransport("MZ1", () => { });
        var thread = new SingleThread();
        CallPipeline pipeline = null!;
        Task<CallOutcome> running = null!;
        thread.Run(() =>
        {
            pipeline = new CallPipeline(call, transport, services, options);
            running = pipeline.RunAsync();
        });

        var messages = Messages(WarmUp + Frames);
        var next = 0;
        var sentBytes = 0;
        Action step = () =>
        {
            var message = StreamMessageReader.Read(messages[next++]);
            clock.Now += TimeSpan.FromMilliseconds(20);
            pipeline.Hear(message.Audio!);
        };
        for (var i = 0; i < WarmUp; i++)
            Step();

        var sentBefore = sentBytes;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Frames; i++)
            Step();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        allocated.ShouldBe(0);
        (sentBytes - sentBefore).ShouldBe(
            whileTheAgentSpeaks ? Frames / 2 * StreamMessageWriter.MediaLength(320, "MZ1".Length) : 0);
        thread.Run(() => _ = pipeline.EndAsync(CallEndReason.CallerHungUp).AsTask());
        running.IsCompletedSuccessfully.ShouldBeTrue();
        await pipeline.DisposeAsync();

        void Step()
        {
            thread.Run(step);
            while (transport.Messages.TryRead(out var sent))
            {
                sentBytes += sent.Length;
                ArrayPool<byte>.Shared.Return(sent.Buffer);
            }
        }
    }

    private static byte[][] Messages(int count)
    {
        var payload = Convert.ToBase64String(FakeTwilio.Silence(160));
        return [.. Enumerable.Range(0, count).Select(i => Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"event":"media","sequenceNumber":"{{i + 2}}","media":{"track":"inbound","chunk":"{{i + 1}}","timestamp":"{{i * 20}}","payload":"{{payload}}"},"streamSid":"MZ1"}""")))];
    }
}
