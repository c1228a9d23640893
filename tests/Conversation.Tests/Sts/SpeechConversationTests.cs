using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Audio;
using Parley.Conversation.Llm;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Providers;
using Parley.Conversation.Sts;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tests.Sts;

/// <summary>Conversations that a speech-to-speech model carries: turns, playout, interruption, tools and the journal are those of the cascade.</summary>
public sealed class SpeechConversationTests
{
    [Fact]
    public void The_model_greets_with_the_tenants_words_and_its_sound_goes_through_untouched()
    {
        using var call = new SpeechCall();
        call.Rig.Start();
        call.Log.ShouldHaveSingleItem().ShouldStartWith("respond 1: [The call begins. Greet the caller with exactly these words and no others: Hello there.]");
        call.Rig.Do(() => call.Model.Answer("Hello there.", 1)).UntilAgentDone();

        call.Rig.Transcript.ShouldBe(["agent: Hello there."]);
        call.Rig.Carrier.Played.Count(b => b == MuLaw.Encode(4000)).ShouldBe(12 * 60 * 8);
        call.Rig.Voice.Spoken.ShouldBeEmpty();
        call.Rig.Agent.Requests.ShouldBeEmpty();
    }

    [Fact]
    public void The_session_begins_with_the_same_rules_and_tools_as_other_models()
    {
        using var call = SpeechCall.Greeted();
        var options = call.Model.Session.Options;
        options.Instructions.ShouldContain("You answer the telephone of Test");
        options.Tools.Select(t => t.Name).ShouldContain("end_call");
        options.Language.ShouldBe("en-US");
        options.Meter.ShouldNotBeNull();
    }

    [Fact]
    public void Every_frame_goes_up_as_it_came_and_no_recogniser_is_opened()
    {
        using var call = SpeechCall.Greeted();
        var before = call.Model.Session.Heard.Count;
        call.Rig.Say("one two").Wait(100);

        var heard = call.Model.Session.Heard.Skip(before).ToList();
        heard.Count.ShouldBe(700 * 8);
        heard.Take(600 * 8).ShouldAllBe(b => b == MuLaw.Encode(5000));
        heard.Skip(600 * 8).ShouldAllBe(b => b == MuLaw.Silence);
        call.Recogniser.Opened.ShouldBe(0);
    }

    [Fact]
    public void Turns_are_written_down_in_order_though_the_callers_words_come_after_the_answer()
    {
        using var call = SpeechCall.Greeted();
        var beganMs = call.Rig.NowMs;
        call.Say(3);
        var endedMs = beganMs + 900;
        call.Rig.Do(() => call.Model.Answer("We close at ten.")).UntilAgentSpeaks().Wait(3000);
        call.Rig.Journal.Turns.Count.ShouldBe(1, "what is behind unknown words waits for them");
        call.Tell(new SpeechEvent.CallerSaid("user_1", "When do you close?"));

        call.Rig.Transcript.ShouldBe(["agent: Hello there.", "caller: When do you close?", "agent: We close at ten."]);
        var turn = call.Rig.Journal.Turns[1];
        turn.Times.SpeechStartMs.ShouldBe(beganMs);
        turn.Times.SpeechEndMs.ShouldBe(endedMs);
        turn.Times.EndOfTurnMs.ShouldBe(endedMs + 500);
        turn.Times.FinalTextMs!.Value.ShouldBeGreaterThan(endedMs + 3000);
        var answer = call.Rig.Journal.Turns[2];
        answer.Times.FirstAudioMs.ShouldBe(endedMs + 500);
        answer.Times.FirstMarkMs.ShouldNotBeNull();
        call.Rig.Journal.Turns.Select(t => t.Ordinal).ShouldBe([0, 1, 2]);
    }

    [Fact]
    public void Sound_without_words_is_answered_and_is_no_turn()
    {
        using var call = SpeechCall.Greeted();
        call.Say(1);
        call.Tell(new SpeechEvent.CallerSaid("user_1", ""));
        call.Rig.Do(() => call.Model.Answer("Pardon?")).UntilAgentDone();

        call.Rig.Transcript.ShouldBe(["agent: Hello there.", "agent: Pardon?"]);
    }

    [Fact]
    public void A_caller_who_breaks_in_silences_the_model_and_it_learns_what_was_heard()
    {
        using var call = Answering("We are open every day from noon until ten in the evening.");
        call.Rig.Wait(1500);
        var heardMs = SoundMs(call) - 12 * 60;
        var sent = call.Rig.Carrier.SentBytes;
        call.CallerBegins();

        call.Rig.Carrier.BufferedMs.ShouldBe(0);
        call.Rig.Carrier.Clears.ShouldBe(1);
        var truncated = call.Log.Where(l => l.StartsWith("truncate item_2: ", StringComparison.Ordinal)).ShouldHaveSingleItem();
        int.Parse(truncated["truncate item_2: ".Length..], System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(heardMs - 20, heardMs + 20);
        call.Log.ShouldNotContain(l => l.StartsWith("cancel", StringComparison.Ordinal), "the server has broken off itself");

        // What was on its way is not heard.
        call.Rig.Do(() => call.Model.Sound(LastItem(call), 500)).Wait(200);
        call.Rig.Carrier.SentBytes.ShouldBe(sent);
        var turn = call.Rig.Journal.Turns[^1];
        turn.Interrupted.ShouldBeTrue();
        turn.HeardText.ShouldBe("We are open every day");
        turn.GeneratedText.ShouldBe("We are open every day from noon until ten in the evening.");
    }

    [Fact]
    public void A_caller_who_goes_on_before_the_answer_was_heard_had_not_finished()
    {
        using var call = SpeechCall.Greeted();
        call.Say(2).Tell(new SpeechEvent.CallerSaid("user_1", "A table for two"));
        call.Rig.Do(() => call.Model.Begin("Sure, when?")).Wait(100);
        call.Say(2, "user_2").Tell(new SpeechEvent.CallerSaid("user_2", "tonight please."));
        call.Rig.Do(() => call.Model.Answer("At what time?")).UntilAgentDone();

        call.Rig.Transcript.ShouldBe(["agent: Hello there.", "caller: A table for two tonight please.", "agent: At what time?"]);
        call.Log.ShouldContain(l => l.StartsWith("truncate item_2: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Tools_are_run_and_what_they_note_becomes_the_calls_facts()
    {
        using var call = SpeechCall.Greeted();
        call.Say(4).Tell(new SpeechEvent.CallerSaid("user_1", "Tell them to ring Zoe."));
        call.Rig.Do(() => call.Model.Call(null, new ModelToolCall("call_1", "take_message", """{"name":"Zoe","text":"Ring me"}""")));
        call.Log.ShouldContain("result call_1: Noted.");
        call.Log[^1].ShouldBe("respond 2: go on");
        call.Rig.Do(() => call.Model.Answer("I will tell them.", 2)).UntilAgentDone();

        var facts = call.Rig.Journal.Turns[^1].Facts!;
        (facts.Name, facts.Message, facts.Intent).ShouldBe(("Zoe", "Ring me", CallIntent.Message));
    }

    [Fact]
    public void What_a_tool_noted_stays_when_the_answer_is_not_heard()
    {
        using var call = SpeechCall.Greeted();
        call.Say(4).Tell(new SpeechEvent.CallerSaid("user_1", "Tell them to ring me."));
        call.Rig.Do(() => call.Model.Call(null, new ModelToolCall("call_1", "take_message", """{"text":"Ring me"}""")));
        call.CallerBegins();
        call.Rig.HangUp();

        call.Rig.Journal.Turns[^1].Facts!.Message.ShouldBe("Ring me");
    }

    [Fact]
    public void The_model_hangs_up_once_its_goodbye_was_heard()
    {
        using var call = SpeechCall.Greeted();
        call.Say(1).Tell(new SpeechEvent.CallerSaid("user_1", "Bye."));
        call.Rig.Do(() => call.Model.Answer("Goodbye and thank you.", null, new ModelToolCall("call_1", "end_call", "{}"))).UntilAgentSpeaks();
        call.Rig.IsOver.ShouldBeFalse();
        call.Rig.Until(() => call.Rig.IsOver);

        call.Rig.Outcome.Reason.ShouldBe(CallEndReason.AgentEnded);
        call.Rig.Transcript[^1].ShouldBe("agent: Goodbye and thank you.");
        call.Log.ShouldNotContain(l => l.EndsWith("go on", StringComparison.Ordinal));
        call.Model.Session.IsClosed.ShouldBeTrue();
    }

    [Fact]
    public void The_model_connects_once_its_words_were_heard()
    {
        using var call = SpeechCall.Greeted(rig => rig.Tenant = rig.Tenant with { Departments = [new Department("Kitchen", "+12125550177", [])] });
        call.Say(1).Tell(new SpeechEvent.CallerSaid("user_1", "The kitchen please."));
        call.Rig.Do(() => call.Model.Answer("I connect you.", null, new ModelToolCall("call_1", "transfer_to", """{"department":"kitchen"}""")));
        call.Rig.Until(() => call.Rig.IsOver);

        call.Rig.Outcome.ShouldBe(new CallOutcome(CallEndReason.Transferred, "+12125550177"));
        call.Rig.Transcript[^1].ShouldBe("agent: I connect you.");
    }

    [Fact]
    public void Keys_stop_the_model_and_are_told_to_it()
    {
        using var call = Answering("We are open every day from noon until ten.", ends: false);
        call.Rig.Wait(1000).Press("12#").Wait(1600);

        call.Log.ShouldContain("cancel resp_2");
        call.Log.ShouldContain(l => l.StartsWith("truncate item_2: ", StringComparison.Ordinal));
        call.Log[^1].ShouldContain("[The caller pressed the keys 12");
        call.Rig.Carrier.Clears.ShouldBe(1);
    }

    [Fact]
    public void A_silent_caller_is_asked_again_by_the_model()
    {
        using var call = SpeechCall.Greeted();
        call.Rig.Wait(call.Rig.Options.IdleMs + 100);
        call.Log[^1].ShouldContain("The caller has been silent, 1 times");
    }

    [Fact]
    public void An_answer_that_nobody_asked_for_is_not_heard()
    {
        using var call = SpeechCall.Greeted();
        var sent = call.Rig.Carrier.SentBytes;
        call.Rig.Do(() => call.Model.Answer("I say something.", 77)).Wait(300);

        call.Rig.Carrier.SentBytes.ShouldBe(sent);
        call.Log.ShouldContain("cancel resp_2");
        call.Log.ShouldContain("truncate item_2: 0", "the model is not to believe that it was heard");
    }

    [Fact]
    public void A_caller_who_hangs_up_in_the_middle_of_a_sentence_is_heard_to_the_end()
    {
        using var call = SpeechCall.Greeted();
        call.CallerBegins().Rig.Say("word word word").HangUp().Wait(500);

        call.Rig.Transcript[^1].ShouldBe("caller: word word word");
        call.Rig.Outcome.Reason.ShouldBe(CallEndReason.CallerHungUp);
    }

    [Fact]
    public void A_call_that_came_back_begins_with_its_history()
    {
        using var call = new SpeechCall();
        call.Rig.Start(new ResumePoint(null, [new HistoryEntry(Speaker.Agent, "Hello.", true), new HistoryEntry(Speaker.Caller, "A table.")], 2));

        call.Model.Session.Options.History.Select(h => h.Text).ShouldBe(["Hello.", "A table."]);
        call.Log.ShouldHaveSingleItem().ShouldContain("[The line broke and is back");
    }

    [Theory]
    [InlineData("openai", "openai-realtime")]
    [InlineData("rules")]
    public void Only_the_first_of_a_tenants_order_carries_calls(params string[] order)
    {
        using var call = new SpeechCall();
        call.Rig.Tenant = call.Rig.Tenant with { Providers = new ProviderChoice { Think = order } };
        call.Rig.Start().UntilAgentDone();

        call.Model.Sessions.ShouldBeEmpty();
        call.Rig.Transcript.ShouldBe(["agent: Hello there."]);
    }

    [Fact]
    public void Frames_on_their_way_to_the_model_allocate_nothing()
    {
        var clock = new Parley.Tests.Common.Time.StandingClock();
        var session = new Deaf();
        var side = Side(session, clock);
        using var frame = Frames.AudioFrame.Rent(Frames.AudioFormat.Telephone, 160);
        for (var i = 0; i < 100; i++)
            side.Hear(frame);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            side.Hear(frame);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        session.Bytes.ShouldBe(1100 * 160);
    }

    private static SpeechCall Answering(string text, bool ends = true)
    {
        var call = SpeechCall.Greeted();
        call.Say(2).Tell(new SpeechEvent.CallerSaid("user_1", "And when?"));
        call.Rig.Do(() => _ = ends ? call.Model.Answer(text) : call.Model.Begin(text)).UntilAgentSpeaks();
        return call;
    }

    private static int SoundMs(SpeechCall call) => call.Rig.Carrier.SoundMs;

    private static AnswerItem LastItem(SpeechCall call) => new("resp_2", $"item_{call.Model.Sessions.Count + 1}");

    private static SpeechSide Side(Deaf session, TimeProvider clock)
    {
        var model = new SpeechToSpeechModels([("openai-realtime", session)], new ProviderOptions(), clock, new Parley.Conversation.Tests.Providers.ChainParts().Metrics, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var use = model.TryEnter(new ProviderChoice { Think = ["openai-realtime"] }, "en-US")!;
        var side = new SpeechSide(use, null!, new CallClock(clock), _ => ValueTask.CompletedTask, new PipelineOptions());
        var tenant = new Tenant { Id = Guid.Empty, Slug = "t", Name = "T", Kind = BusinessKind.Shop, TimeZone = DateTimeZone.Utc, Greeting = "Hi." };
        side.Start(new Parley.Conversation.Playout.Reply(1, new AgentTrigger.CallStarted(), false), new AgentRequest
        {
            Call = new CallContext(Guid.Empty, "CA1", tenant, null, "+12125550100", Frames.CallDirection.Inbound),
            Trigger = new AgentTrigger.CallStarted(),
            Now = DateTimeOffset.UnixEpoch,
        });
        return side;
    }

    private sealed class Deaf : ISpeechToSpeech, ISpeechToSpeechSession
    {
        public int Bytes { get; private set; }

        public string Name => "openai-realtime";

        public ISpeechToSpeechSession Open(SpeechToSpeechOptions options, SpeechEventSink sink) => this;

        public void Hear(ReadOnlySpan<byte> muLaw) => Bytes += muLaw.Length;

        public void Respond(int reply, string? told)
        {
        }

        public void Tell(string happened)
        {
        }

        public void GiveResult(string callId, string result)
        {
        }

        public void Cancel(string response)
        {
        }

        public void Truncate(AnswerItem item, int heardMs)
        {
        }

        public void Probe()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
