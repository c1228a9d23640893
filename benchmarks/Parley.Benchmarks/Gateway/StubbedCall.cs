using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Vad;
using Parley.MediaGateway.Diagnostics;
using Parley.MediaGateway.Sessions;
using Parley.MediaGateway.Twilio;
using Parley.Tests.Common.Calls;
using Parley.Tests.Common.Time;

namespace Parley.Benchmarks.Gateway;

/// <summary>A call on a media session as it runs in the server, its pumps and its loop on the thread pool, with scripted providers.</summary>
internal sealed class StubbedCall : ICallAdmission, IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly StandingClock clock = new();
    private readonly HeardFrames frames = new();
    private readonly MemoryJournal journal = new();
    private readonly EnduringVoice voice;
    private readonly ServiceProvider provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CallSession session;
    private readonly Task<bool> running;
    private readonly bool speaks;
    private int delivered;

    /// <param name="agentSeconds">How long the agent speaks from the beginning on, at least 1; up to 1 it is only its greeting.</param>
    public StubbedCall(int agentSeconds)
    {
        speaks = agentSeconds > 1;
        voice = new EnduringVoice(agentSeconds);
        var options = new GatewayOptions();
        var registry = new CallRegistry(Options.Create(options), clock);
        var metrics = new GatewayMetrics(provider.GetRequiredService<IMeterFactory>(), registry, Options.Create(options));
        session = new CallSession(Socket, this, registry, options, metrics, clock, NullLogger.Instance);
        running = session.RunAsync();
        Socket.Deliver(MediaMessages.Start());

        // The clock may not run before the greeting is made: it would be late.
        Spin.Until(voice, static voice => voice.Spoken > 0);
    }

    public MemorySocket Socket { get; } = new();

    /// <summary>20 ms pass, and the carrier sends what it heard meanwhile; returns when the call's loop has it, and the agent's
    /// audio is sent.</summary>
    public void Hear(ReadOnlySpan<byte> message)
    {
        clock.Now += TimeSpan.FromMilliseconds(20);
        Socket.Deliver(message);
        delivered++;
        Spin.Until(this, static call => call.frames.Count >= call.delivered);

        // The first 400 ms were sent ahead, since then it is a message for two frames. A pump that falls behind would be given up.
        if (speaks)
            Spin.Until(this, static call => call.Socket.Sent >= call.delivered / 2);
    }

    public async ValueTask DisposeAsync()
    {
        Socket.Deliver(MediaMessages.Stop());
        if (!await running.WaitAsync(Deadline, TimeProvider.System))
            throw new InvalidOperationException("The session did not end in good order.");
        session.Dispose();
        await provider.DisposeAsync();
    }

    Task<AdmittedCall?> ICallAdmission.AdmitAsync(StreamStart start, ICallTransport transport, CancellationToken cancellationToken)
    {
        var call = StubbedPipeline.Call(clock);
        var pipeline = StubbedPipeline.Create(call, transport, voice, frames, journal, provider.GetRequiredService<IMeterFactory>(), clock);
        return Task.FromResult<AdmittedCall?>(new AdmittedCall(call, pipeline));
    }

    void ICallAdmission.Connected(CallContext call, string streamSid)
    {
    }

    /// <summary>Takes loud audio for speech, and tells how many frames the loop has come to.</summary>
    private sealed class HeardFrames : IVoiceActivityDetectorFactory, IVoiceActivityDetector
    {
        private readonly LoudnessDetector loudness = new();
        private volatile int count;

        public IVoiceActivityDetector Create() => this;

        public float Process(ReadOnlySpan<short> samples)
        {
            var probability = loudness.Process(samples);
            count++;
            return probability;
        }

        public int Count => count;

        public void Reset()
        {
        }

        public void Dispose()
        {
        }
    }
}
