using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Parley.Conversation.Diagnostics;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Providers;
using Parley.Conversation.Sts;
using Parley.Conversation.Tenants;
using Parley.Providers.Server.OpenAi;
using Parley.Providers.Server.OpenAi.Realtime;
using Parley.Tests.Common.Calls;

namespace Parley.Providers.Tests.OpenAi.Realtime;

/// <summary>A whole call over the wire: the call's loop on a manual clock, the session over a real socket.</summary>
public sealed class CallOverRealtimeTests
{
    [Fact]
    public async Task A_call_is_greeted_answered_interrupted_and_goes_on_with_the_cascade_when_the_line_breaks()
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Answers.Enqueue(new RealtimeScript().Say("Hello there."));
        server.Answers.Enqueue(new RealtimeScript().Call("take_message", """{"name":"Zoe","text":"Ring me"}"""));
        server.Answers.Enqueue(new RealtimeScript().Say("I will tell them."));
        server.Answers.Enqueue(new RealtimeScript().Say("We are open every day from noon until ten in the evening."));
        server.Transcripts.Enqueue("Tell them to ring Zoe.");
        server.Transcripts.Enqueue("When are you open?");
        await using var model = Session.Model(server);
        var watched = new Watched(model);
        using var rig = new CallRig
        {
            SpeechToSpeech = new SpeechToSpeechModels(
                [(ProviderNames.OpenAiRealtime, watched)], new ProviderOptions(), TimeProvider.System, new ConversationMetrics(new Meters()), NullLogger.Instance),
        };
        rig.Tenant = Tenant(rig.Tenant);

        rig.Start();
        await SettleAsync(rig, () => watched.Count<SpeechEvent.AnswerDone>() == 1);
        rig.UntilAgentDone();
        Contains(rig.Carrier.Played, OpenAiServer.RealtimeAudio("Hello there.")).ShouldBeTrue("the sound goes through untouched");

        rig.Say("word word word word").Wait(700);
        await SettleAsync(rig, () => watched.Count<SpeechEvent.AnswerDone>() == 3 && watched.Count<SpeechEvent.CallerSaid>() == 1);
        rig.UntilAgentDone();
        rig.Transcript.ShouldBe(["agent: Hello there.", "caller: Tell them to ring Zoe.", "agent: I will tell them."]);
        rig.Journal.Turns[^1].Facts!.Message.ShouldBe("Ring me");

        rig.Say("word word").Wait(700);
        await SettleAsync(rig, () => watched.Count<SpeechEvent.AnswerDone>() == 4 && watched.Count<SpeechEvent.CallerSaid>() == 2);
        rig.UntilAgentSpeaks().Wait(1000).Speak("please go on now").Wait(100);
        await SettleAsync(rig, () => watched.Count<SpeechEvent.CallerBegan>() == 3);
        var there = server.RealtimeSessions.Single();
        await server.Changes.UntilAsync(() => there.Truncated.Count == 1);
        var cut = there.Truncated.Single();
        cut.Ms.ShouldBeInRange(900, 1300);
        cut.OfMs.ShouldBe("We are open every day from noon until ten in the evening.".Length * RealtimeSession.MsPerChar);
        rig.Carrier.Clears.ShouldBe(1);
        there.Errors.ShouldBeEmpty();

        there.Cut();
        await SettleAsync(rig, () => watched.Count<SpeechEvent.Failed>() == 1);
        rig.UntilAgentDone();
        rig.Transcript[3].ShouldBe("caller: When are you open?");
        rig.Transcript[4].ShouldStartWith("agent: We are open");
        rig.Transcript[5].ShouldStartWith("caller: ");
        rig.Transcript[6].ShouldStartWith("agent: You said");
        rig.Agent.Requests[^1].State!.Facts.Message.ShouldBe("Ring me");
        rig.HangUp();

        rig.Outcome.Reason.ShouldBe(CallEndReason.CallerHungUp);
        rig.Journal.Ends.Single().Usage.Single(u => u is { Capability: Capability.Think, Unit: UsageUnit.OutputAudioTokens }).Amount.ShouldBe(4 * 91);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_made_up_is_cancelled_and_cut_at_the_server_and_other_words_are_spoken(bool soundFirst)
    {
        const string MadeUp = "The lasagna costs ninety nine dollars.";
        const string Offer = "I'm sorry, I don't know that. Shall I take a message for the team?";
        await using var server = await OpenAiServer.StartAsync();
        server.Answers.Enqueue(new RealtimeScript().Say("Hello there."));
        server.Answers.Enqueue(soundFirst ? new RealtimeScript().SaySoundFirst(MadeUp) : new RealtimeScript().Say(MadeUp));
        server.Answers.Enqueue(new RealtimeScript().Say(Offer));
        server.Transcripts.Enqueue("How much is the lasagna?");
        await using var model = Session.Model(server);
        var watched = new Watched(model);
        using var rig = new CallRig
        {
            SpeechToSpeech = new SpeechToSpeechModels(
                [(ProviderNames.OpenAiRealtime, watched)], new ProviderOptions(), TimeProvider.System, new ConversationMetrics(new Meters()), NullLogger.Instance),
        };
        rig.Tenant = Tenant(rig.Tenant) with { Agent = new AgentSettings { Strict = soundFirst } };

        rig.Start();
        await SettleAsync(rig, () => watched.Count<SpeechEvent.AnswerDone>() == 1);
        rig.UntilAgentDone();
        rig.Say("word word word").Wait(700);
        await SettleAsync(rig, () => watched.Count<SpeechEvent.AnswerDone>() == 3 && watched.Count<SpeechEvent.CallerSaid>() == 1);
        rig.UntilAgentDone();

        rig.Transcript.ShouldBe(["agent: Hello there.", "caller: How much is the lasagna?", $"agent: {Offer}"]);
        Contains(rig.Carrier.Played, OpenAiServer.RealtimeAudio(Offer)).ShouldBeTrue();
        Contains(rig.Carrier.Played, OpenAiServer.RealtimeAudio(MadeUp)[..1600]).ShouldBeFalse();
        var there = server.RealtimeSessions.Single();
        there.Truncated.Single().Ms.ShouldBe(0);
        there.Errors.ShouldAllBe(e => e == "response_cancel_not_active", "it may have been done before it was cancelled");
        there.Received.Count(e => (string?)e["type"] == "conversation.item.create" && e.ToJsonString().Contains("What you began to say was stopped", StringComparison.Ordinal)).ShouldBe(1);
        there.IsOver.ShouldBeFalse();
    }

    private static Tenant Tenant(Tenant plain) => plain with
    {
        Providers = new ProviderChoice { Think = [ProviderNames.OpenAiRealtime, ProviderNames.Rules] },
        Hours = new OpeningHours([.. Enumerable.Range(1, 7).Select(day => new OpeningSpan((IsoDayOfWeek)day, new LocalTime(12, 0), new LocalTime(22, 0)))], []),
        Services = [new Service("Lasagna", "$14.50", null, [])],
    };

    // What is on its way between two sockets takes no time of the call's clock.
    private static async Task SettleAsync(CallRig rig, Func<bool> holds)
    {
        var waiting = Stopwatch.StartNew();
        while (!holds())
        {
            if (waiting.Elapsed > TimeSpan.FromSeconds(20))
                throw new TimeoutException("It did not happen.");
            rig.Do(static () => { });
            await Task.Yield();
        }

        rig.Do(static () => { });
    }

    private static bool Contains(List<byte> played, byte[] sound) => played.ToArray().AsSpan().IndexOf(sound) >= 0;

    /// <summary>Counts what a model tells, once the call has taken it.</summary>
    private sealed class Watched(ISpeechToSpeech model) : ISpeechToSpeech
    {
        private readonly List<SpeechEvent> told = [];

        public string Name => model.Name;

        public ISpeechToSpeechSession Open(SpeechToSpeechOptions options, SpeechEventSink sink) => model.Open(options, async (e, audio) =>
        {
            await sink(e, audio);
            lock (told)
                told.Add(e);
        });

        public int Count<T>()
        {
            lock (told)
                return told.OfType<T>().Count();
        }
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
