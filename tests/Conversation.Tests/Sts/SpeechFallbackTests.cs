using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Providers;
using Parley.Conversation.Sts;

namespace Parley.Conversation.Tests.Sts;

/// <summary>Each way a session can fail, and what the caller hears instead: the cascade, in the same call.</summary>
public sealed class SpeechFallbackTests
{
    [Theory]
    [InlineData(ProviderErrorKind.Unauthorized)]
    [InlineData(ProviderErrorKind.QuotaExceeded)]
    [InlineData(ProviderErrorKind.RateLimited)]
    [InlineData(ProviderErrorKind.UnknownModel)]
    [InlineData(ProviderErrorKind.UnsupportedLanguage)]
    [InlineData(ProviderErrorKind.BadRequest)]
    [InlineData(ProviderErrorKind.MalformedAnswer)]
    [InlineData(ProviderErrorKind.TooLarge)]
    [InlineData(ProviderErrorKind.Timeout)]
    [InlineData(ProviderErrorKind.Disconnected)]
    [InlineData(ProviderErrorKind.CertificateInvalid)]
    [InlineData(ProviderErrorKind.ClockSkew)]
    [InlineData(ProviderErrorKind.Unavailable)]
    public void A_session_that_is_refused_leaves_the_greeting_and_the_call_to_the_cascade(ProviderErrorKind kind)
    {
        using var call = new SpeechCall();
        call.Rig.Start().Wait(200);
        call.Fail(kind).Rig.UntilAgentDone();
        call.Rig.Say("word word").UntilAgentDone();

        call.Rig.Transcript.ShouldBe(["agent: Hello there.", "caller: word word", "agent: You said word word."]);
        call.Model.Session.IsClosed.ShouldBeTrue();
        call.Rig.LongestSilenceMs.ShouldBeLessThan(1200);
        call.Rig.Errors.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void A_session_that_stays_silent_is_left_at_its_deadline_and_the_same_turn_is_answered()
    {
        using var call = SpeechCall.Greeted();
        call.Say(2).Tell(new SpeechEvent.CallerSaid("user_1", "When do you close?"));
        call.Rig.Until(() => call.Rig.Transcript.Count == 3);

        call.Turns[1..].ShouldBe(["caller: When do you close?", "agent: You said When do you close?."]);
        call.Rig.Voice.Spoken[0].ShouldNotContain("You said", Case.Sensitive, "after 1.2 s a holding phrase is heard");

        // 500 ms until the model knew that the turn was over, then the holding phrase.
        call.Rig.LongestSilenceMs.ShouldBeLessThan(1800);
        call.Asked.ShouldHaveSingleItem().ShouldBe(new AgentTrigger.CallerSaid("When do you close?"));
    }

    [Fact]
    public void Words_that_were_not_written_down_are_recognised_and_answered()
    {
        using var call = SpeechCall.Greeted();
        call.Say(3);
        call.Recogniser.Opened.ShouldBe(0);
        call.Fail().Rig.UntilAgentDone();

        call.Turns[1..].ShouldBe(["caller: word word word", "agent: You said word word word."]);
        call.Rig.LongestSilenceMs.ShouldBeLessThan(1200);
    }

    [Fact]
    public void A_session_that_dies_while_the_caller_speaks_costs_no_word()
    {
        using var call = SpeechCall.Greeted();
        call.CallerBegins().Rig.Say("word word");
        call.Fail().Rig.Say("word word").UntilAgentDone();

        call.Turns[1..].ShouldBe(["caller: word word word word", "agent: You said word word word word."]);
    }

    [Fact]
    public void Only_what_was_not_written_down_is_heard_again()
    {
        using var call = SpeechCall.Greeted();
        call.Say(3).Tell(new SpeechEvent.CallerSaid("user_1", "Three other words."));
        call.Rig.Do(() => call.Model.Answer("Fine.")).UntilAgentDone();
        call.CallerBegins().Rig.Say("word word");
        call.Fail().Rig.UntilAgentDone();

        call.Turns[^2..].ShouldBe(["caller: word word", "agent: You said word word."]);
        call.Rig.Agent.Requests[^1].History.Select(h => h.Text).ShouldBe(["Hello there.", "Three other words.", "Fine."]);
    }

    [Fact]
    public void Words_written_down_while_the_caller_goes_on_are_not_heard_twice()
    {
        using var call = SpeechCall.Greeted();
        call.Say(3);
        call.CallerBegins().Rig.Speak("word word word word").Wait(300);
        call.Tell(new SpeechEvent.CallerSaid("user_1", "Three other words."));
        call.Rig.Wait(900);
        call.Fail().Rig.UntilAgentDone();

        call.Turns[^2..].ShouldBe(["caller: Three other words. word word word word", "agent: You said Three other words. word word word word."]);
    }

    [Fact]
    public void A_half_spoken_answer_plays_on_and_the_cascade_takes_up_what_was_left()
    {
        using var call = SpeechCall.Greeted();
        call.Say(2).Tell(new SpeechEvent.CallerSaid("user_1", "When do you close?"));
        call.Rig.Do(() => call.Model.Begin("We close at ten in the evening", share: 0.5)).UntilAgentSpeaks();
        call.Fail().Rig.Until(() => call.Rig.Transcript.Count == 4);

        call.Rig.Transcript[2].ShouldStartWith("agent: We close");
        call.Rig.Transcript[3].ShouldBe("agent: Here we are again.");
        call.Asked.ShouldHaveSingleItem().ShouldBe(new AgentTrigger.CallResumed(ResumeReason.LineLost));
        call.Rig.Carrier.Clears.ShouldBe(0);
    }

    [Fact]
    public void A_session_that_stops_in_the_middle_of_its_sound_is_left()
    {
        using var call = SpeechCall.Greeted();
        call.Say(2).Tell(new SpeechEvent.CallerSaid("user_1", "When do you close?"));
        call.Rig.Do(() => call.Model.Begin("We close at ten in the evening", share: 0.5));
        call.Rig.Until(() => call.Rig.Transcript.Count == 4, 10_000);

        call.Rig.Transcript[3].ShouldBe("agent: Here we are again.");
        call.Model.Session.IsClosed.ShouldBeTrue();
    }

    [Fact]
    public void An_answer_that_is_whole_is_heard_to_its_end_whatever_becomes_of_the_session()
    {
        using var call = SpeechCall.Greeted();
        call.Say(2);
        call.Rig.Do(() => call.Model.Answer("We close at ten in the evening.")).UntilAgentSpeaks();
        call.Fail().Rig.Until(() => call.Rig.Transcript.Count == 3);

        call.Turns[1..].ShouldBe(["caller: word word", "agent: We close at ten in the evening."]);
        call.Rig.Say("word").UntilAgentDone();
        call.Rig.Transcript[^1].ShouldBe("agent: You said word.");
    }

    [Theory]
    [InlineData(ProviderErrorKind.RateLimited)]
    [InlineData(ProviderErrorKind.QuotaExceeded)]
    [InlineData(ProviderErrorKind.Unavailable)]
    [InlineData(ProviderErrorKind.ContentFiltered)]
    public void An_answer_that_fails_is_made_by_the_cascade(ProviderErrorKind kind)
    {
        using var call = SpeechCall.Greeted();
        call.Say(2).Tell(new SpeechEvent.CallerSaid("user_1", "When do you close?"));
        call.Tell(new SpeechEvent.AnswerBegan("resp_2", null));
        call.Tell(new SpeechEvent.AnswerDone("resp_2", [], new ProviderException("openai-realtime", kind, "It failed.")));
        call.Rig.UntilAgentDone();

        call.Rig.Transcript[^1].ShouldBe("agent: You said When do you close?.");
        call.Model.Session.IsClosed.ShouldBeTrue();
    }

    [Fact]
    public void An_answer_held_back_after_words_just_ends()
    {
        using var call = SpeechCall.Greeted();
        call.Say(2).Tell(new SpeechEvent.CallerSaid("user_1", "When do you close?"));
        call.Rig.Do(() =>
        {
            var item = call.Model.Begin("We close");
            call.Model.Tell(new SpeechEvent.AnswerDone(item.Response, [], new ProviderException("openai-realtime", ProviderErrorKind.ContentFiltered, "Held back.")));
        }).UntilAgentDone();

        call.Rig.Transcript[^1].ShouldBe("agent: We close");
        call.Model.Session.IsClosed.ShouldBeFalse();
    }

    [Fact]
    public void An_answer_without_sound_is_made_by_the_cascade()
    {
        using var call = SpeechCall.Greeted();
        call.Say(2).Tell(new SpeechEvent.CallerSaid("user_1", "When do you close?"));
        call.Rig.Do(() => call.Model.Call(null)).UntilAgentDone();

        call.Rig.Transcript[^1].ShouldBe("agent: You said When do you close?.");
    }

    [Fact]
    public void A_session_that_hears_nothing_and_gives_no_sign_of_life_is_left_and_no_word_is_lost()
    {
        using var call = SpeechCall.Greeted();
        call.Rig.Say("word word word").Wait(1100);
        call.Log[^1].ShouldBe("probe");
        call.Rig.Until(() => call.Rig.Transcript.Count == 3, 6000);

        call.Turns[1..].ShouldBe(["caller: word word word", "agent: You said word word word."]);
    }

    [Fact]
    public void A_session_that_is_there_and_took_a_sound_for_no_speech_is_kept()
    {
        using var call = SpeechCall.Greeted();
        call.Rig.Noise(400).Wait(1600);
        call.Log[^1].ShouldBe("probe");
        call.Tell(new SpeechEvent.Alive()).Rig.Wait(4000);

        call.Log.Count(l => l == "probe").ShouldBe(1);
        call.Model.Session.IsClosed.ShouldBeFalse();
        call.Recogniser.Opened.ShouldBe(0);
    }

    [Fact]
    public void Words_that_neither_session_nor_recogniser_understood_are_asked_for_again()
    {
        using var call = SpeechCall.Greeted();
        call.Recogniser.IsSilent = true;
        call.Say(2).Fail().Rig.UntilAgentDone();

        call.Rig.Transcript[^1].ShouldBe("agent: Pardon?");
        call.Rig.Voice.Spoken.Count.ShouldBe(2, "a holding phrase comes first");
    }

    [Fact]
    public void What_was_noted_goes_on_with_the_cascade()
    {
        using var call = SpeechCall.Greeted();
        call.Say(4).Tell(new SpeechEvent.CallerSaid("user_1", "Tell them to ring me."));
        call.Rig.Do(() => call.Model.Call(null, new Llm.ModelToolCall("call_1", "take_message", """{"text":"Ring me"}""")));
        call.Fail().Rig.UntilAgentDone();

        call.Rig.Agent.Requests.ShouldHaveSingleItem().State!.Facts.Message.ShouldBe("Ring me");
    }

    [Fact]
    public void A_refusal_keeps_the_next_call_from_trying_and_a_probe_lets_it_back()
    {
        using var first = new SpeechCall();
        first.Rig.Start();
        first.Fail(ProviderErrorKind.Unauthorized);
        Open(first).ShouldBeFalse();
        first.Rig.Clock.Advance(TimeSpan.FromSeconds(301));
        Open(first).ShouldBeTrue();
        Open(first).ShouldBeFalse("one call tries");

        static bool Open(SpeechCall call) => call.Models.TryEnter(call.Rig.Tenant.Providers, "en-US") is not null;
    }

    [Fact]
    public void A_call_begins_with_the_cascade_while_the_session_is_left_out()
    {
        using var call = new SpeechCall();
        call.Models.TryEnter(call.Rig.Tenant.Providers, "en-US")!.Leave(new ProviderException("openai-realtime", ProviderErrorKind.QuotaExceeded, "No quota."));
        call.Rig.Start().UntilAgentDone();
        call.Rig.Say("word").UntilAgentDone();

        call.Model.Sessions.ShouldBeEmpty();
        call.Rig.Transcript.ShouldBe(["agent: Hello there.", "caller: word", "agent: You said word."]);
    }

    [Fact]
    public void What_a_left_session_still_tells_is_not_heard()
    {
        using var call = SpeechCall.Greeted();
        call.Fail().Rig.Do(() => call.Model.Answer("I am back.")).Wait(500);
        call.CallerBegins().Rig.Wait(100);

        call.Rig.Transcript.ShouldBe(["agent: Hello there."]);
        call.Rig.IsOver.ShouldBeFalse();
    }

    [Fact]
    public void When_the_cascade_fails_as_well_the_caller_is_spoken_to()
    {
        using var call = SpeechCall.Greeted();
        call.Rig.Agent.FailWith = new InvalidOperationException("down");
        call.Say(2).Tell(new SpeechEvent.CallerSaid("user_1", "When do you close?"));
        call.Fail().Rig.UntilAgentDone();

        call.Rig.Transcript[^1].ShouldContain("sorry", Case.Insensitive);
        call.Rig.IsOver.ShouldBeFalse();
    }
}
