using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Conversation.Tts;
using Parley.Conversation.Turns;
using Parley.Conversation.Vad;
using Parley.Tests.Common.Calls;

namespace Parley.Benchmarks.Gateway;

/// <summary>A conversation with scripted providers, on a clock whose timers never fire.</summary>
internal static class StubbedPipeline
{
    public static CallContext Call(TimeProvider clock) => new(
        Guid.CreateVersion7(clock.GetUtcNow()), MediaMessages.CallSid, Repository.SampleTenant("luigis"), "+12125550123", "+12125550101",
        CallDirection.Inbound, MediaMessages.StreamSid);

    public static CallPipeline Create(
        CallContext call, ICallTransport transport, ITextToSpeech voice, IVoiceActivityDetectorFactory detector, ICallJournal journal,
        IMeterFactory meters, TimeProvider clock)
    {
        // Without timers nothing may be waited for.
        var options = new PipelineOptions { IdleMs = int.MaxValue / 2, MaxCallSeconds = 1_000_000, LastWordsDeadlineMs = 0 };
        var agent = new ScriptedAgent(clock) { Answer = _ => [new AgentEvent.Say(EnduringVoice.LongWords)] };
        var services = new CallServices(
            agent, new ScriptedRecogniser(clock), voice, detector, new AdaptiveEndpointing(options.Endpointing), new SpeechInterruption(),
            journal, new ConversationMetrics(meters), clock, NullLoggerFactory.Instance);
        return new CallPipeline(call, transport, services, options);
    }
}
