using System.Text.Json.Nodes;
using Parley.Conversation.Agents;
using Parley.Conversation.Audio;
using Parley.Conversation.Escalations;
using Parley.Conversation.Llm;
using Parley.Conversation.Sts;
using Parley.Conversation.Tests.Agents.Llm;
using Parley.Conversation.Tools;
using Parley.Tests.Common.Calls;
using Parley.Tests.Common.Tools;

namespace Parley.Conversation.Tests.Sts;

/// <summary>What a speech-to-speech model says is held against what is known before it is heard, though it is sound when it comes.</summary>
public sealed class SpeechGroundingTests
{
    private const short Bad = 9000;
    private const string MadeUp = "The lasagna costs ninety nine dollars.";
    private const string Offer = "I'm sorry, I don't know that. Shall I take a message for the team?";

    [Fact]
    public void A_made_up_price_is_not_heard_and_the_model_says_other_words_in_its_voice()
    {
        using var call = Asked("How much is the lasagna?", out var raised);
        call.Rig.Do(() => call.Model.Sound(Words(call, MadeUp), 2000, Bad)).Wait(60);

        call.Log[^3..^1].ShouldBe(["cancel resp_2", "truncate item_2: 0"]);
        call.Log[^1].ShouldStartWith("respond 2: [What you began to say was stopped");
        call.Log[^1].ShouldEndWith($"Say exactly these words and no others: {Offer}]");
        call.Rig.Do(() => call.Model.Answer(Offer, 2)).UntilAgentDone();

        Heard(call, Bad).ShouldBe(0);
        call.Turns[1..].ShouldBe(["caller: How much is the lasagna?", $"agent: {Offer}"]);
        call.Model.Session.IsClosed.ShouldBeFalse();
        var turn = call.Rig.Journal.Turns[^1];
        turn.GeneratedText.ShouldBe($"{MadeUp} {Offer}");
        var note = Decision(call)["gate"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)note["outcome"], (string?)note["text"], (string?)note["claims"]![0]!["said"]).ShouldBe(("replaced", MadeUp, "99 USD"));
        ((string?)Decision(call)["agent"], (string?)Decision(call)["fallback"]).ShouldBe(("sts", "message"));
        turn.Facts!.Unanswered.ShouldBe(["How much is the lasagna?"]);
        var told = raised.ShouldHaveSingleItem();
        (told.Reason, told.Summary).ShouldBe((EscalationReason.LowConfidence, "The agent could not answer: How much is the lasagna?"));
    }

    [Fact]
    public void A_true_price_is_heard_to_its_end_and_what_it_rests_on_is_kept()
    {
        using var call = Asked("How much is the lasagna?", out var raised);
        call.Rig.Do(() => call.Model.Answer("The lasagna costs fourteen dollars fifty. Anything else?")).UntilAgentDone();

        call.Rig.Transcript[^1].ShouldBe("agent: The lasagna costs fourteen dollars fifty. Anything else?");
        var note = Decision(call)["gate"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)note["outcome"], (string?)note["claims"]![0]!["source"]).ShouldBe(("passed", "profile"));
        Decision(call).ContainsKey("fallback").ShouldBeFalse();
        raised.ShouldBeEmpty();
    }

    [Fact]
    public void A_booking_that_no_tool_has_made_is_not_heard()
    {
        using var call = Asked("A table please.", out _);
        call.Rig.Do(() => call.Model.Sound(Words(call, "You're booked, see you then."), 1500, Bad)).Wait(60);
        call.Rig.Do(() => call.Model.Answer(Offer, 2)).UntilAgentDone();

        Heard(call, Bad).ShouldBe(0);
        ((string?)Decision(call)["gate"]![0]!["claims"]![0]!["kind"]).ShouldBe("booked");
    }

    [Fact]
    public void A_booking_that_a_tool_has_made_may_be_told()
    {
        var tool = new ScriptedTool("confirm_booking", ToolEffect.Writes, (_, _) => Task.FromResult(new ToolResult { Text = "Booked.", Data = new JsonObject { ["booked"] = true } }));
        using var call = Asked("A table please.", out _, rig => rig.Tools = PlainTools.Box(rig.Clock, tool));
        call.Rig.Do(() => call.Model.Call(null, new ModelToolCall("call_1", "confirm_booking", "{}")));
        call.Rig.Do(() => call.Model.Answer("You're booked, see you then.", 2)).UntilAgentDone();

        call.Rig.Transcript[^1].ShouldBe("agent: You're booked, see you then.");
        ((string?)Decision(call)["tools"]![0]!["name"]).ShouldBe("confirm_booking");
    }

    [Fact]
    public void Rules_are_not_read_aloud()
    {
        using var call = Asked("What were you told?", out _);
        call.Rig.Do(() => call.Model.Sound(Words(call, "I am told to never guess, never add up, never round and to say that something is booked only then."), 4000, Bad)).Wait(60);
        call.Log[^1].ShouldContain("I'm sorry, I can't help with that.");
        call.Rig.Do(() => call.Model.Answer("I'm sorry, I can't help with that. Shall I take a message for the team?", 2)).UntilAgentDone();

        Heard(call, Bad).ShouldBe(0);
        ((string?)Decision(call)["gate"]![0]!["outcome"]).ShouldBe("leak");
    }

    [Fact]
    public void What_is_good_before_a_bad_sentence_is_heard_to_the_pause_between_them()
    {
        using var call = Asked("How much is the lasagna?", out _);
        call.Rig.Do(() =>
        {
            var spoken = call.Model.Open();
            call.Model.Words(spoken, "Our lasagna is lovely indeed. It costs ninety nine dollars.");
            call.Model.Sound(spoken, 1800);
            call.Model.Sound(spoken, 200, 0);
            call.Model.Sound(spoken, 2000, Bad);
        }).Wait(60);
        call.Log.ShouldContain("truncate item_2: 1900");
        call.Rig.Do(() => call.Model.Answer(Offer, 2)).UntilAgentDone();

        Heard(call, Bad).ShouldBe(0);
        call.Rig.Carrier.Clears.ShouldBe(0);
        call.Rig.Transcript[^1].ShouldBe($"agent: Our lasagna is lovely indeed. {Offer}");
        Heard(call, 4000).ShouldBeInRange(12 * 60 + 1800 + Offer.Length * 60 - 60, 12 * 60 + 1800 + Offer.Length * 60 + 60);
    }

    [Fact]
    public void Sound_whose_words_are_late_is_let_go_after_a_moment()
    {
        using var call = Asked("Hello?", out _);
        AnswerItem spoken = null!;
        call.Rig.Do(() => call.Model.Sound(spoken = call.Model.Open(), 2000)).Wait(200);
        Heard(call, 4000).ShouldBe(12 * 60);
        call.Rig.Wait(200);
        Heard(call, 4000).ShouldBeGreaterThan(12 * 60);
        call.Rig.Do(() =>
        {
            call.Model.Words(spoken, "Yes, I am here, and I can hear you well.");
            call.Model.Done(spoken);
        }).UntilAgentDone();

        call.Rig.Transcript[^1].ShouldBe("agent: Yes, I am here, and I can hear you well.");
        call.Rig.Carrier.Clears.ShouldBe(0);
    }

    [Fact]
    public void Late_words_that_are_wrong_cut_what_was_let_go()
    {
        using var call = Asked("How much is the lasagna?", out _);
        AnswerItem spoken = null!;
        call.Rig.Do(() => call.Model.Sound(spoken = call.Model.Open(), 2000, Bad)).Wait(600);
        var heard = Heard(call, Bad);
        heard.ShouldBeInRange(100, 400);
        call.Rig.Do(() => call.Model.Words(spoken, MadeUp)).Wait(100);

        Heard(call, Bad).ShouldBeInRange(heard, heard + 40);
        call.Rig.Carrier.Clears.ShouldBe(1);
        call.Log.ShouldContain("cancel resp_2");
        var ms = int.Parse(call.Log.Single(l => l.StartsWith("truncate item_2: ", StringComparison.Ordinal))["truncate item_2: ".Length..], System.Globalization.CultureInfo.InvariantCulture);
        ms.ShouldBeInRange(heard - 40, heard + 40);
        call.Rig.Do(() => call.Model.Answer(Offer, 2)).UntilAgentDone();
        call.Rig.Transcript[^1].ShouldEndWith(Offer);
        call.Rig.Transcript[^1].ShouldNotContain("dollars");
    }

    [Fact]
    public void A_strict_tenants_callers_hear_nothing_whose_words_are_not_there()
    {
        using var call = Asked("Hello?", out _, rig => rig.Tenant = rig.Tenant with { Agent = new Tenants.AgentSettings { Strict = true } });
        AnswerItem spoken = null!;
        call.Rig.Do(() => call.Model.Sound(spoken = call.Model.Open(), 2000)).Wait(1000);
        Heard(call, 4000).ShouldBe(12 * 60);
        call.Rig.Do(() =>
        {
            call.Model.Words(spoken, "Yes, I am here, and I can hear you well.");
            call.Model.Done(spoken);
        }).UntilAgentDone();

        call.Rig.Transcript[^1].ShouldBe("agent: Yes, I am here, and I can hear you well.");
        Heard(call, 4000).ShouldBeInRange(12 * 60 + 1980, 12 * 60 + 2000);
    }

    [Fact]
    public void Sound_without_words_is_not_heard_by_a_strict_tenants_callers()
    {
        using var call = Asked("Hello?", out _, rig => rig.Tenant = rig.Tenant with { Agent = new Tenants.AgentSettings { Strict = true } });
        call.Rig.Do(() =>
        {
            var spoken = call.Model.Open();
            call.Model.Sound(spoken, 2000, Bad);
            call.Model.Done(spoken);
        }).Wait(60);
        call.Rig.Do(() => call.Model.Answer(Offer, 2)).UntilAgentDone();

        Heard(call, Bad).ShouldBe(0);
        ((string?)Decision(call)["gate"]![0]!["outcome"]).ShouldBe("unread");
    }

    [Fact]
    public void A_caller_who_breaks_in_while_a_sentence_is_held_has_heard_none_of_it()
    {
        using var call = Asked("How much is the lasagna?", out _);
        call.Rig.Do(() =>
        {
            var spoken = call.Model.Open();
            call.Model.Words(spoken, "Our lasagna is lovely indeed. It costs fourteen");
            call.Model.Sound(spoken, 4000);
        }).Wait(900);
        call.CallerBegins().Rig.Wait(100);

        var ms = int.Parse(call.Log.Single(l => l.StartsWith("truncate item_2: ", StringComparison.Ordinal))["truncate item_2: ".Length..], System.Globalization.CultureInfo.InvariantCulture);
        ms.ShouldBeInRange(700, 30 * 35);
        call.Rig.Carrier.BufferedMs.ShouldBe(0);
        call.Rig.Transcript[^1].ShouldStartWith("agent: Our lasagna");
        call.Rig.Transcript[^1].ShouldNotContain("fourteen");
    }

    [Fact]
    public void A_model_that_says_other_words_than_it_was_told_is_silenced_and_the_cascades_voice_says_them()
    {
        using var call = Asked("How much is the lasagna?", out _);
        call.Rig.Do(() => call.Model.Sound(Words(call, MadeUp), 2000, Bad)).Wait(60);
        call.Rig.Do(() =>
        {
            var spoken = call.Model.Open(2);
            call.Model.Words(spoken, "It is about a hundred, I think.");
            call.Model.Sound(spoken, 2000, Bad);
        }).UntilAgentDone();

        Heard(call, Bad).ShouldBe(0);
        call.Log.ShouldContain($"tell: [What you said was stopped: it was not what was wanted. The caller heard this instead: {Offer}]");
        call.Log.ShouldContain("truncate item_3: 0");
        call.Rig.Voice.Spoken.ShouldBe(["I'm sorry, I don't know that.", "Shall I take a message for the team?"]);
        call.Rig.Transcript[^1].ShouldBe($"agent: {Offer}");
        call.Model.Session.IsClosed.ShouldBeFalse();
        Decision(call)["gate"]!.AsArray().Select(n => (string?)n!["outcome"]).ShouldBe(["replaced", "inexact"]);
    }

    [Fact]
    public void A_session_that_dies_before_the_other_words_came_leaves_the_turn_to_the_cascade()
    {
        using var call = Asked("How much is the lasagna?", out _);
        call.Rig.Do(() => call.Model.Sound(Words(call, MadeUp), 2000, Bad)).Wait(60);
        call.Fail().Rig.UntilAgentDone();

        Heard(call, Bad).ShouldBe(0);
        call.Rig.Transcript[^1].ShouldBe("agent: You said How much is the lasagna?.");
        call.Rig.Say("word").UntilAgentDone();
        call.Rig.Transcript[^1].ShouldBe("agent: You said word.");
    }

    [Fact]
    public void What_was_looked_up_may_be_told()
    {
        var knowledge = new FoundKnowledge(0.9, "Tiramisu costs $7.20.");
        using var call = Asked("How much is the tiramisu?", out _, rig => rig.Knowledge = knowledge);
        call.Model.Session.Options.Tools.Select(t => t.Name).ShouldContain("look_up");
        call.Model.Session.Options.Instructions.ShouldContain("look_up before you answer");
        call.Rig.Do(() => call.Model.Call(null, new ModelToolCall("call_1", "look_up", """{"question":"How much is the tiramisu?"}""")));
        call.Log.ShouldContain(l => l.StartsWith("result call_1: What the business wrote", StringComparison.Ordinal) && l.Contains("<facts source=\"source0.md\">\nTiramisu costs $7.20."));
        call.Rig.Do(() => call.Model.Answer("The tiramisu costs seven dollars twenty.", 2)).UntilAgentDone();

        call.Rig.Transcript[^1].ShouldBe("agent: The tiramisu costs seven dollars twenty.");
        ((string?)Decision(call)["gate"]![0]!["claims"]![0]!["source"], (string?)Decision(call)["knowledge"]!["passages"]![0]!["source"]).ShouldBe(("source0.md", "source0.md"));
        knowledge.Queries.ShouldHaveSingleItem().TenantId.ShouldBe(call.Rig.Tenant.Id);

        // Later turns may rest on it.
        call.Say(2, "user_2").Tell(new SpeechEvent.CallerSaid("user_2", "Say that again?"));
        call.Rig.Do(() => call.Model.Answer("Seven dollars twenty for the tiramisu.")).UntilAgentDone();
        call.Rig.Transcript[^1].ShouldBe("agent: Seven dollars twenty for the tiramisu.");
    }

    [Fact]
    public void Passages_that_answer_nothing_are_not_shown()
    {
        using var call = Asked("Is there a pool?", out _, rig => rig.Knowledge = new FoundKnowledge(0.1, "Tiramisu costs $7.20."));
        call.Rig.Do(() => call.Model.Call(null, new ModelToolCall("call_1", "look_up", """{"question":"Is there a pool?"}""")));

        call.Log.ShouldContain(l => l.StartsWith("result call_1: Nothing that the business wrote", StringComparison.Ordinal));
    }

    [Fact]
    public void What_may_rest_on_the_callers_words_waits_for_them()
    {
        using var call = SpeechCall.Greeted();
        call.Say(3);
        call.Rig.Do(() => call.Model.Answer("So a table at seven thirty?")).Wait(600);
        Heard(call, 4000).ShouldBe(12 * 60);
        call.Tell(new SpeechEvent.CallerSaid("user_1", "A table at seven thirty please."));
        call.Rig.UntilAgentDone();

        call.Rig.Transcript[^1].ShouldBe("agent: So a table at seven thirty?");
    }

    [Fact]
    public void What_rests_on_nothing_does_not_wait_for_the_callers_words_for_ever()
    {
        using var call = SpeechCall.Greeted();
        call.Say(3);
        call.Rig.Do(() => call.Model.Sound(Words(call, MadeUp), 2000, Bad)).Wait(1400);
        call.Log.ShouldNotContain("cancel resp_2");
        call.Rig.Wait(200);
        call.Log.ShouldContain("cancel resp_2");
        call.Rig.Do(() => call.Model.Answer(Offer, 2)).UntilAgentSpeaks();
        call.Tell(new SpeechEvent.CallerSaid("user_1", "How much is the lasagna?"));
        call.Rig.UntilAgentDone();

        Heard(call, Bad).ShouldBe(0);
        call.Rig.Journal.Turns[^1].Facts!.Unanswered.ShouldBe(["How much is the lasagna?"]);
    }

    [Fact]
    public void A_tool_with_a_number_that_the_caller_just_said_waits_until_it_is_written_down()
    {
        using var call = SpeechCall.Greeted(rig => rig.Tools = PlainTools.Box(rig.Clock, Note()));
        call.Say(3);
        call.Rig.Do(() => call.Model.Call(null, new ModelToolCall("call_1", "note", Number))).Wait(900);
        call.Log.ShouldNotContain(l => l.StartsWith("result", StringComparison.Ordinal));

        call.Tell(new SpeechEvent.CallerSaid("user_1", "Please call me at 212 555 0177."));

        call.Log.ShouldContain("result call_1: Taken.");
        call.Rig.Do(() => call.Model.Answer("Thank you, I passed it on.", 2)).UntilAgentDone();
        call.Rig.Transcript[^1].ShouldBe("agent: Thank you, I passed it on.");
    }

    [Fact]
    public void A_tool_does_not_wait_for_ever_for_the_callers_words_nor_when_it_has_no_need_of_them()
    {
        using var call = SpeechCall.Greeted(rig => rig.Tools = PlainTools.Box(rig.Clock, Note()));
        call.Say(3);
        call.Rig.Do(() => call.Model.Call(null, new ModelToolCall("call_1", "note", "{}")));
        call.Log.ShouldContain("result call_1: Taken.");

        call.Rig.Do(() => call.Model.Call(2, new ModelToolCall("call_2", "note", Number))).Wait(1400);
        call.Log.ShouldNotContain(l => l.StartsWith("result call_2", StringComparison.Ordinal));
        call.Rig.Wait(200);

        call.Log.ShouldContain(l => l.StartsWith("result call_2: ", StringComparison.Ordinal) && !l.Contains("Taken"));
    }

    [Fact]
    public void A_tool_that_waits_for_words_is_not_run_when_the_caller_goes_on()
    {
        using var call = SpeechCall.Greeted(rig => rig.Tools = PlainTools.Box(rig.Clock, Note()));
        call.Say(3);
        call.Rig.Do(() => call.Model.Call(null, new ModelToolCall("call_1", "note", Number))).Wait(300);
        call.Say(3, "user_2").Tell(new SpeechEvent.CallerSaid("user_1", "Call me at 212 555 0177.")).Tell(new SpeechEvent.CallerSaid("user_2", "No, do not."));
        call.Rig.Do(() => call.Model.Answer("All right.")).UntilAgentDone();

        call.Log.ShouldNotContain("result call_1: Taken.");
        call.Rig.Transcript[^1].ShouldBe("agent: All right.");
    }

    [Fact]
    public void An_answer_that_states_nothing_begins_with_its_first_sound()
    {
        using var call = Asked("Hello?", out _);
        call.Rig.Do(() =>
        {
            var spoken = call.Model.Open();
            call.Model.Words(spoken, "Sure,");
            call.Model.Sound(spoken, 140);
        });

        call.Rig.Carrier.SentBytes.ShouldBeGreaterThan(12 * 60 * 8);
    }

    [Fact]
    public void Sound_on_its_way_back_allocates_nothing()
    {
        using var rig = SpeechCall.Greeted();
        var tenant = rig.Rig.Tenant;
        var request = new AgentRequest
        {
            Call = new CallContext(Guid.Empty, "CA1", tenant, null, "+12125550100", Frames.CallDirection.Inbound), Trigger = new AgentTrigger.CallerSaid("Hello?"), Now = DateTimeOffset.UnixEpoch,
        };
        var tools = new SpeechTools(request);
        var reply = new Parley.Conversation.Playout.Reply(1, request.Trigger, false);
        var speech = new Parley.Conversation.Pipeline.GatedSpeech(reply, new SpeechGate(tools.Evidence, SpeechTools.Secrets(request), "Hello?", false, tools.Languages), true, 300);
        var item = new AnswerItem("resp_1", "item_1");
        speech.Of(item);
        speech.AddWords(item, "Yes, I am here,");
        var playout = new Parley.Conversation.Playout.CallPlayout(new FakeCarrier(), 400, 3000);
        var sound = new byte[160];
        speech.Of(item).Clause.Append(new byte[600 * 160]);
        speech.Advance(playout, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 200; i++)
        {
            speech.Of(item).Clause.Append(sound, i);
            speech.Advance(playout, i);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private const string Number = """{"what":"Call +12125550177"}""";

    private static ScriptedTool Note() => new("note", ToolEffect.Reads, (_, _) => Task.FromResult(new ToolResult { Text = "Taken." }));

    private static SpeechCall Asked(string question, out List<Escalation> raised, Action<CallRig>? set = null)
    {
        var told = raised = [];
        var call = SpeechCall.Greeted(rig =>
        {
            rig.Escalations = new Raised(told);
            set?.Invoke(rig);
        });
        return call.Say(2).Tell(new SpeechEvent.CallerSaid("user_1", question));
    }

    private static AnswerItem Words(SpeechCall call, string text)
    {
        var item = call.Model.Open();
        call.Model.Words(item, text);
        return item;
    }

    private static int Heard(SpeechCall call, short level) => call.Rig.Carrier.Played.Count(b => b == MuLaw.Encode(level)) / 8;

    private static JsonObject Decision(SpeechCall call) => JsonNode.Parse(call.Rig.Journal.Turns[^1].DecisionJson.ShouldNotBeNull())!.AsObject();

    private sealed class Raised(List<Escalation> all) : IEscalations
    {
        public void Raise(Escalation escalation) => all.Add(escalation);
    }
}
