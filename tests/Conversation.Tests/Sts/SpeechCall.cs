using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Providers;
using Parley.Conversation.Sts;
using Parley.Conversation.Stt;
using Parley.Conversation.Tenants;
using Parley.Tests.Common.Calls;
using Parley.Tests.Common.Time;

namespace Parley.Conversation.Tests.Sts;

/// <summary>A call that a scripted speech-to-speech model carries; behind it stand the scripted recogniser, agent and voice.</summary>
internal sealed class SpeechCall : IDisposable
{
    public SpeechCall(ProviderOptions? options = null)
    {
        Rig = new CallRig();
        Rig.RealRecogniser = Recogniser = new CountingRecogniser(Rig.Clock);
        Rig.SpeechToSpeech = Models = new SpeechToSpeechModels(
            [(ProviderNames.OpenAiRealtime, Model)], options ?? new ProviderOptions(), Rig.Clock, new ConversationMetrics(new Meters()), NullLogger.Instance);
        Rig.Tenant = Rig.Tenant with
        {
            Hours = new OpeningHours([.. Enumerable.Range(1, 7).Select(day => new OpeningSpan((IsoDayOfWeek)day, new LocalTime(12, 0), new LocalTime(22, 0)))], []),
            Services = [new Service("Lasagna", "$14.50", null, [])],
        };
        Rig.Tenant = Rig.Tenant with { Providers = new ProviderChoice { Think = [ProviderNames.OpenAiRealtime, "openai", ProviderNames.Rules] } };
    }

    public CallRig Rig { get; }

    public ScriptedSpeechModel Model { get; } = new();

    public SpeechToSpeechModels Models { get; }

    public CountingRecogniser Recogniser { get; }

    public List<string> Log => Model.Session.Log;

    /// <summary>Started and greeted.</summary>
    public static SpeechCall Greeted(Action<CallRig>? set = null)
    {
        var call = new SpeechCall();
        set?.Invoke(call.Rig);
        call.Rig.Start().Do(() => call.Model.Answer("Hello there.", 1)).UntilAgentDone();
        return call;
    }

    /// <summary>The session tells something, now.</summary>
    public SpeechCall Tell(SpeechEvent e)
    {
        Rig.Do(() => Model.Tell(e));
        return this;
    }

    /// <summary>The caller says so many words, 300 ms each, and the session notices both ends: the end 500 ms later, as a server does.</summary>
    public SpeechCall Say(int words, string item = "user_1")
    {
        CallerBegins();
        Rig.Say(string.Join(' ', Enumerable.Repeat("word", words)));
        var endedMs = Model.Session.HeardMs;
        Rig.Wait(500);
        return Tell(new SpeechEvent.CallerStopped(item, endedMs));
    }

    /// <summary>The session hears the caller begin.</summary>
    public SpeechCall CallerBegins() => Tell(new SpeechEvent.CallerBegan(Model.Session.HeardMs));

    public SpeechCall Fail(ProviderErrorKind kind = ProviderErrorKind.Disconnected) =>
        Tell(new SpeechEvent.Failed(new ProviderException(ProviderNames.OpenAiRealtime, kind, "It failed.")));

    public string[] Turns => [.. Rig.Transcript];

    public IEnumerable<AgentTrigger> Asked => Rig.Agent.Requests.Select(r => r.Trigger);

    public void Dispose() => Rig.Dispose();

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}

/// <summary>Recognises a word in each 300 ms of loud sound that it was given: what it was not given, it does not know.</summary>
internal sealed class CountingRecogniser(TimeProvider clock) : ISpeechToText
{
    public string Name => "counting";

    /// <summary>How often one was opened.</summary>
    public int Opened { get; private set; }

    /// <summary>Answers nothing.</summary>
    public bool IsSilent { get; set; }

    public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink)
    {
        Opened++;
        return new Stream(this, sink, clock);
    }

    private sealed class Stream(CountingRecogniser owner, Action<TranscriptEvent> sink, TimeProvider clock) : ISpeechToTextStream
    {
        private int loud;

        public void Write(ReadOnlySpan<short> samples)
        {
            foreach (var sample in samples)
                loud += Math.Abs((int)sample) > 300 ? 1 : 0;
        }

        public void RequestFinal(int request)
        {
            if (owner.IsSilent)
                return;
            var text = string.Join(' ', Enumerable.Repeat("word", (loud + 1200) / 2400));
            ITimer? timer = null;
            timer = clock.CreateTimer(
                _ =>
                {
                    timer?.Dispose();
                    sink(new TranscriptEvent(text, true, request));
                },
                null, TimeSpan.FromMilliseconds(60), Timeout.InfiniteTimeSpan);
        }

        public void Commit() => loud = 0;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
