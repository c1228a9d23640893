using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.Conversation.PostCall;
using Parley.Conversation.Tenants;
using Parley.Tests.Common.Calls;

namespace Parley.Conversation.Tests.Conversations;

/// <summary>The agent fails altogether: an apology, and a way out.</summary>
public sealed class FailureTests
{
    private const string Offer = "I'm sorry, I'm having technical trouble. Please say your name and what it is about, and we will call you back.";
    private const string Taken = "Thank you. We will call you back at the number you are calling from. Goodbye.";

    [Fact]
    public void An_agent_that_fails_at_once_is_replaced_by_the_offer_to_take_a_message()
    {
        using var call = Failing();
        call.UntilAgentDone().Say("This is Peter Novak about the flowers for Thursday.").Until(() => call.IsOver);

        call.Transcript.Where(line => line != "agent: ").ShouldBe(
            ["agent: " + Offer, "caller: This is Peter Novak about the flowers for Thursday.", "agent: " + Taken]);
        call.Outcome.ShouldBe(new CallOutcome(CallEndReason.AgentEnded, null));
        call.Carrier.BufferedMs.ShouldBe(0);
        var lead = Plan(call).Lead.ShouldNotBeNull();
        lead.Intent.ShouldBe(CallIntent.Message);
        lead.Note.ShouldBe("This is Peter Novak about the flowers for Thursday.");
        lead.Phone.ShouldBe("+12125550123");
        Plan(call).Messages.ShouldHaveSingleItem().Body.ShouldContain("This is Peter Novak about the flowers for Thursday.");
    }

    [Theory]
    [InlineData("This is Peter Novak about the flowers, call me back in half an hour please.", "Peter Novak", 30)]
    [InlineData("Меня зовут Пётр Новак, перезвоните мне через полчаса, пожалуйста.", "Пётр Новак", 30)]
    [InlineData("The flowers for the wedding in half an hour did not come.", null, null)]
    public void Name_and_time_for_the_call_back_are_read_out_of_the_message(string words, string? name, int? minutes)
    {
        using var call = Failing();
        call.UntilAgentDone().Say(words).Until(() => call.IsOver);

        var lead = Plan(call).Lead.ShouldNotBeNull();
        lead.Name.ShouldBe(name);
        // What is said is worked out to the minute.
        (lead.CallBackFor is { } at ? (int?)Math.Round((at - call.Clock.GetUtcNow().UtcDateTime).TotalMinutes) : null).ShouldBe(minutes);
    }

    [Fact]
    public void What_the_agent_was_asked_when_it_failed_is_in_the_lead_too()
    {
        using var call = new CallRig().Start().UntilAgentDone();
        call.Agent.FailWith = new InvalidOperationException("broken");
        call.Say("I want a table for four tomorrow.").UntilAgentSpeaks().UntilAgentDone().Say("My name is Anna, it is my birthday.").Until(() => call.IsOver);

        Plan(call).Lead!.Note.ShouldBe("My name is Anna, it is my birthday.\nUnanswered: I want a table for four tomorrow.");
        call.Agent.Requests.Last().Trigger.ShouldBe(new AgentTrigger.CallerSaid("I want a table for four tomorrow."));
    }

    [Fact]
    public void An_agent_that_never_answers_is_given_up_and_a_message_taken()
    {
        using var call = new CallRig().Start().UntilAgentDone();
        call.Agent.Delay = TimeSpan.FromMinutes(5);
        call.Say("I want a table.").Until(() => call.Voice.Spoken.Any(text => text.Contains("call you back", StringComparison.Ordinal)), 20_000)
            .UntilAgentDone().Say("Anna Smith about a table tonight.").Until(() => call.IsOver);

        call.Outcome.Reason.ShouldBe(CallEndReason.AgentEnded);
        Plan(call).Lead!.Note.ShouldBe("Anna Smith about a table tonight.\nUnanswered: I want a table.");
    }

    [Fact]
    public void An_agent_that_fails_in_the_middle_of_its_answer_is_apologised_for_when_that_was_heard()
    {
        using var call = new CallRig().Start().UntilAgentDone();
        call.Agent.Answer = _ => Broken("We are open every day. On Sundays from");
        call.Say("When are you open?").UntilAgentDone();
        call.Until(() => call.Transcript.Count == 4).Say("Anna Smith about the opening hours.").Until(() => call.IsOver);

        call.Transcript.Skip(1).ShouldBe(
            ["caller: When are you open?", "agent: We are open every day.", "agent: " + Offer, "caller: Anna Smith about the opening hours.", "agent: " + Taken]);
        Plan(call).Lead!.Intent.ShouldBe(CallIntent.Message);
    }

    [Fact]
    public void An_agent_that_stops_in_the_middle_of_its_answer_for_ever_is_given_up_too()
    {
        using var call = new CallRig().Start().UntilAgentDone();
        call.Agent.HangAfterAnswer = true;
        call.Agent.Answer = _ => [new AgentEvent.Say("We are open every day. On Sundays from")];
        call.Say("When are you open?").UntilAgentSpeaks();
        call.Until(() => call.Voice.Spoken.Any(text => text.Contains("call you back", StringComparison.Ordinal)), 16_000);

        call.UntilAgentDone();
        call.Transcript.Skip(1).ShouldBe(["caller: When are you open?", "agent: We are open every day.", "agent: " + Offer]);
    }

    [Theory]
    [InlineData("We are open every day. On Sundays from", "agent: We are open every day.")]
    [InlineData("On Sundays from", "agent: ")]
    public void A_person_is_reached_rather_than_a_message_taken(string beforeItFails, string heard)
    {
        using var call = WithPerson().Start().UntilAgentDone();
        call.Agent.Answer = _ => Broken(beforeItFails);
        call.Say("When are you open?").Until(() => call.IsOver, 40_000);

        call.Outcome.ShouldBe(new CallOutcome(CallEndReason.Transferred, "+12125550100", "A caller. They said: When are you open?"));
        call.Transcript.Skip(1).ShouldBe(["caller: When are you open?", heard, "agent: I'm sorry, I'm having technical trouble. I'll connect you to a person."]);
    }

    [Fact]
    public void A_person_who_did_not_answer_is_not_called_again()
    {
        using var call = WithPerson();
        call.Agent.FailWith = new InvalidOperationException("broken");
        call.Start(new ResumePoint("3", [], 4, ResumeReason.TransferFailed)).UntilAgentDone().Say("Anna Smith about a table tonight.").Until(() => call.IsOver);

        call.Outcome.Reason.ShouldBe(CallEndReason.AgentEnded);
        Plan(call).Lead!.Note.ShouldBe("Anna Smith about a table tonight.");
        call.Journal.Turns[^1].AgentStateJson.ShouldBe("3");
    }

    [Fact]
    public void A_caller_is_connected_even_when_the_voice_fails_as_well()
    {
        using var call = WithPerson();
        call.Voice.FailWith = new InvalidOperationException("broken");
        call.Start().Until(() => call.IsOver, 40_000);

        call.Outcome.ShouldBe(new CallOutcome(CallEndReason.Transferred, "+12125550100", "A caller."));
    }

    [Fact]
    public void A_caller_who_hangs_up_while_leaving_the_message_has_left_what_was_said()
    {
        using var call = Failing();
        call.UntilAgentDone().Say("This is Peter Novak about the").HangUp();
        call.Until(() => call.IsOver);

        call.Outcome.Reason.ShouldBe(CallEndReason.CallerHungUp);
        call.Transcript[^1].ShouldBe("caller: This is Peter Novak about the");
        Plan(call).Lead!.Note.ShouldBe("This is Peter Novak about the");
    }

    [Fact]
    public void A_caller_who_hangs_up_during_the_thanks_has_left_the_message()
    {
        using var call = Failing();
        call.UntilAgentDone().Say("This is Peter Novak about the flowers.").UntilAgentSpeaks().Wait(100).HangUp();
        call.Until(() => call.IsOver);

        Plan(call).Lead!.Note.ShouldBe("This is Peter Novak about the flowers.");
    }

    [Fact]
    public void A_caller_who_goes_on_during_the_thanks_adds_to_the_message()
    {
        using var call = Failing();
        call.UntilAgentDone().Say("This is Peter Novak about the flowers.").UntilAgentSpeaks().Wait(1000)
            .Say("And please bring a vase as well.").Until(() => call.IsOver);

        Plan(call).Lead!.Note.ShouldBe("This is Peter Novak about the flowers. And please bring a vase as well.");
        call.Transcript[^1].ShouldBe("agent: " + Taken);
    }

    [Fact]
    public void A_caller_who_goes_on_before_the_thanks_is_heard_says_one_message_once()
    {
        using var call = Failing();
        call.UntilAgentDone().Say("This is Peter Novak about the flowers.").UntilAgentSpeaks()
            .Say("And please bring a vase as well.").Until(() => call.IsOver);

        Plan(call).Lead!.Note.ShouldBe("This is Peter Novak about the flowers. And please bring a vase as well.");
    }

    [Fact]
    public void A_mere_name_is_asked_what_it_is_about()
    {
        using var call = Failing();
        call.UntilAgentDone().Say("Peter Novak.").UntilAgentDone().Say("The flowers.").Until(() => call.IsOver);

        call.Transcript.ShouldContain("agent: Thank you. And what is it about?");
        Plan(call).Lead!.Note.ShouldBe("Peter Novak. The flowers.");
        call.Outcome.Reason.ShouldBe(CallEndReason.AgentEnded);
    }

    [Fact]
    public void A_name_and_then_nothing_is_a_message()
    {
        using var call = Failing();
        call.UntilAgentDone().Say("Peter Novak.").UntilAgentDone().Until(() => call.IsOver);

        call.Transcript[^1].ShouldBe("agent: " + Taken);
        call.Outcome.Reason.ShouldBe(CallEndReason.AgentEnded);
        Plan(call).Lead!.Note.ShouldBe("Peter Novak.");
    }

    [Fact]
    public void A_caller_who_says_nothing_is_asked_again_and_the_call_ends_in_good_order()
    {
        using var call = Failing();
        call.UntilAgentDone().Until(() => call.IsOver, 60_000);

        call.Outcome.Reason.ShouldBe(CallEndReason.CallerSilent);
        call.Transcript.Where(line => line != "agent: ").ShouldBe(
        [
            "agent: " + Offer,
            "agent: Please say your name and what it is about, and we will call you back.",
            "agent: Please say your name and what it is about, and we will call you back.",
            "agent: I'm sorry, I'm having technical trouble. Please call again in a few minutes.",
        ]);
        Plan(call).Lead.ShouldBeNull();
    }

    [Fact]
    public void A_caller_who_is_not_understood_is_asked_again_and_then_let_go()
    {
        using var call = Failing();
        call.UntilAgentDone();
        for (var i = 0; i < 3; i++)
            call.Noise(900).UntilAgentSpeaks().Until(() => !call.Carrier.IsSounding || call.IsOver).Wait(400);
        call.Until(() => call.IsOver, 30_000);

        call.Transcript[^1].ShouldBe("agent: I'm sorry, I'm having technical trouble. Please call again in a few minutes.");
        call.Outcome.Reason.ShouldBe(CallEndReason.AgentFailed);
    }

    [Fact]
    public void A_voice_that_fails_once_more_does_not_end_the_call()
    {
        using var call = new CallRig();
        call.Agent.FailWith = new InvalidOperationException("broken");
        call.Voice.FailWith = new InvalidOperationException("broken");
        call.Voice.Failures = 2;
        call.Start().UntilAgentDone().Say("This is Peter Novak about the flowers.").Until(() => call.IsOver);

        call.Outcome.Reason.ShouldBe(CallEndReason.AgentEnded);
        Plan(call).Lead!.Note.ShouldBe("This is Peter Novak about the flowers.");
    }

    [Fact]
    public void A_booking_that_was_agreed_upon_stays_one()
    {
        using var call = new CallRig();
        call.Agent.Facts = new CallFacts { Intent = CallIntent.Booking, Confirmed = true, PartySize = 4 };
        call.Start().UntilAgentDone();
        call.Agent.FailWith = new InvalidOperationException("broken");
        call.Say("And bring a chair for the baby.").UntilAgentSpeaks().UntilAgentDone().Say("Peter Novak about the baby's chair.").Until(() => call.IsOver);

        Plan(call).Lead.ShouldNotBeNull().ShouldSatisfyAllConditions(
            lead => lead.Intent.ShouldBe(CallIntent.Booking),
            lead => lead.Status.ShouldBe("confirmed"),
            lead => lead.Note!.ShouldStartWith("Peter Novak about the baby's chair."));
    }

    [Fact]
    public void A_caller_without_a_number_is_asked_for_one()
    {
        using var call = new CallRig { CallerNumber = null };
        call.Agent.FailWith = new InvalidOperationException("broken");
        call.Start().UntilAgentDone().Say("Peter Novak, two one two five five five.").Until(() => call.IsOver);

        call.Transcript.Where(line => line != "agent: ").ShouldBe(
        [
            "agent: I'm sorry, I'm having technical trouble. Please say your name, your telephone number and what it is about, and we will call you back.",
            "caller: Peter Novak, two one two five five five.",
            "agent: Thank you. We will call you back. Goodbye.",
        ]);
    }

    [Theory]
    [InlineData("es-MX", "Lo siento", "Adiós.")]
    [InlineData("ru-RU", "Извините", "До свидания.")]
    [InlineData("he-IL", "סליחה", "להתראות.")]
    [InlineData("fr-FR", "I'm sorry", "Goodbye.")]
    public void The_desk_speaks_the_tenants_language(string language, string sorry, string goodbye)
    {
        using var call = new CallRig();
        call.Tenant = call.Tenant with { Language = language };
        call.Agent.FailWith = new InvalidOperationException("broken");
        call.Start().UntilAgentDone().Say("a b c d e").Until(() => call.IsOver);

        var lines = call.Transcript.Where(line => line != "agent: ").ToList();
        lines[0].ShouldStartWith("agent: " + sorry);
        lines[^1].ShouldEndWith(goodbye);
    }

    [Fact]
    public void A_silent_caller_is_let_go_when_the_agent_cannot_say_goodbye()
    {
        using var call = new CallRig().Start().UntilAgentDone().UntilAgentDone().UntilAgentDone();
        call.Agent.FailWith = new InvalidOperationException("broken");
        call.Until(() => call.IsOver);

        call.Outcome.Reason.ShouldBe(CallEndReason.CallerSilent);
    }

    private static CallRig Failing()
    {
        var call = new CallRig();
        call.Agent.FailWith = new InvalidOperationException("broken");
        return call.Start();
    }

    private static CallRig WithPerson()
    {
        var call = new CallRig();
        call.Tenant = call.Tenant with { Departments = [new Department("the manager", "+12125550100", [])] };
        return call;
    }

    private static IEnumerable<AgentEvent> Broken(string words)
    {
        yield return new AgentEvent.Say(words);
        throw new InvalidOperationException("broken");
    }

    // What the stores would make of the journal: the last facts written count.
    private static PostCallPlan Plan(CallRig call) => PostCallPlanner.Plan(new FinishedCall(
        call.Tenant, call.CallerNumber, "+12125550101", call.Clock.GetUtcNow(),
        call.Journal.Turns.OrderBy(turn => turn.Ordinal).LastOrDefault(turn => turn.Facts is not null)?.Facts ?? CallFacts.None, []));
}
