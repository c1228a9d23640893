using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tests.Agents;

public sealed class GeneralDialogueTests
{
    [Theory]
    [InlineData("When do you close today?", "today we're open from eleven thirty in the morning to eleven at night")]
    [InlineData("Are you open now?", "closed right now")]
    [InlineData("Are you open on Mondays?", "closed on Monday")]
    [InlineData("Are you open at ten on Sunday evening?", "No, we're not open")]
    [InlineData("Are you open at eight on Friday?", "Yes, we're open on Friday")]
    [InlineData("What's your address?", "twelve Main Street")]
    [InlineData("How do I get there?", "twelve Main Street")]
    [InlineData("What's your phone number?", "five five five, zero one zero, zero two zero zero")]
    [InlineData("What's on the menu?", "margherita pizza, pepperoni pizza and tiramisu")]
    [InlineData("How much is a pizza?", "margherita pizza is twelve dollars and the pepperoni pizza is fourteen dollars")]
    [InlineData("Do you have tiramisu?", "Yes, we do. The tiramisu is eight dollars")]
    [InlineData("Can I bring my dog?", "Dogs are welcome")]
    [InlineData("Where can I park my car?", "free parking")]
    [InlineData("Are you a robot?", "automated receptionist of Luigi's")]
    [InlineData("What time is it?", "ten in the morning, Saturday, November twenty first")]
    public void Questions_about_the_business_are_answered(string question, string answer)
    {
        var call = new DialogueScript().Caller(question).Says(answer).Expects(ReplyKind.FreeSpeech);
        call.Facts.Intent.ShouldBe(CallIntent.Question);
        call.Facts.Unanswered.ShouldBeEmpty();
    }

    [Fact]
    public void Being_open_now_is_told_with_the_closing_time() =>
        new DialogueScript(now: new DateTimeOffset(2026, 11, 21, 20, 0, 0, TimeSpan.Zero)).Caller("Are you still open?").Says("Yes, we're open until eleven at night");

    [Fact]
    public void What_is_not_known_is_said_plainly_and_noted()
    {
        var call = new DialogueScript().Caller("Do you have vegan cheese?").Says("I don't know", "message").Expects(ReplyKind.YesNo);
        call.Facts.Unanswered.ShouldBe(["Do you have vegan cheese"]);
        call.Caller("No thanks.").Says("else");
        call.Caller("No.").Hangs();
    }

    [Fact]
    public void A_message_follows_an_unanswered_question()
    {
        var call = new DialogueScript().Caller("Do you have vegan cheese?", "Yes please.").Expects(ReplyKind.Dictation);
        call.Caller("Please call me about the vegan cheese.", "Jane Doe").Facts.Intent.ShouldBe(CallIntent.Message);
    }

    [Theory]
    [InlineData("What are your opening hours?")]
    [InlineData("Where are you?")]
    [InlineData("What do you offer?")]
    public void A_tenant_without_the_answer_invents_none(string question)
    {
        var bare = new Tenant
        {
            Id = SampleTenants.Restaurant.Id, Slug = "bare", Name = "Bare", Kind = BusinessKind.Other, TimeZone = SampleTenants.Restaurant.TimeZone, Greeting = "Hello.",
        };
        new DialogueScript(bare).Caller(question).Says("don't know").Facts.Unanswered.Count.ShouldBe(1);
    }

    [Fact]
    public void A_follow_up_is_about_the_last_topic()
    {
        var call = new DialogueScript().Caller("What time are you open on Sunday?");
        call.Caller("And on Friday?").Says("on Friday, November twenty seventh, we're open from eleven thirty");
        call.Caller("How much is the tiramisu?", "And the pepperoni pizza?").Says("fourteen dollars");
    }

    [Theory]
    [InlineData("Can I talk to a real person?")]
    [InlineData("I want to speak with someone.")]
    [InlineData("Manager please.")]
    [InlineData("Is the manager there?")]
    public void Asking_for_a_person_is_offered_a_connection(string line) => new DialogueScript().Caller(line).Says("put you through").Expects(ReplyKind.YesNo);

    [Fact]
    public void A_department_is_found_by_its_name() =>
        new DialogueScript().Caller("Could you put me through to the kitchen?").TransferredTo.ShouldBe(SampleTenants.Kitchen);

    [Fact]
    public void Declining_a_connection_is_offered_a_message()
    {
        var call = new DialogueScript().Caller("Can I speak to the manager?", "No, not now.").Says("leave a message").Expects(ReplyKind.YesNo);
        call.Caller("Yes.").Expects(ReplyKind.Dictation);
    }

    [Fact]
    public void Without_departments_a_message_is_offered()
    {
        var call = new DialogueScript(SampleTenants.Salon).Caller("Can I speak to a person?").Says("message").Expects(ReplyKind.YesNo);
        call.Facts.Intent.ShouldBe(CallIntent.Person);
    }

    [Fact]
    public void Zero_connects_with_a_person_at_any_time() =>
        new DialogueScript().On(new AgentTrigger.CallerPressed("0")).TransferredTo.ShouldBe(SampleTenants.Manager);

    [Fact]
    public void Keys_without_meaning_repeat_the_question() =>
        new DialogueScript().Caller("I'd like a table.").On(new AgentTrigger.CallerPressed("##")).Says("people").Expects(ReplyKind.Count);

    [Fact]
    public void A_party_size_may_be_pressed() =>
        new DialogueScript().Caller("I'd like a table.").On(new AgentTrigger.CallerPressed("4")).Facts.PartySize.ShouldBe(4);

    [Fact]
    public void A_message_may_come_with_the_wish()
    {
        var call = new DialogueScript().Caller("Can you tell Maria that I will be ten minutes late?").Expects(ReplyKind.Name);
        call.Facts.Message.ShouldBe("Tell Maria that I will be ten minutes late");
    }

    [Fact]
    public void A_message_from_a_withheld_number_asks_for_one()
    {
        var call = new DialogueScript(caller: null).Caller("I'd like to leave a message.", "The delivery comes on Friday at nine.", "Peter Novak.").Expects(ReplyKind.Digits);
        call.Caller("555 010 0123").Says("pass that on");
        call.Facts.Phone.ShouldBe("+15550100123");
    }

    [Fact]
    public void A_message_is_taken_down_as_said_whatever_its_words() =>
        new DialogueScript().Caller("I'd like to leave a message.", "Please cancel the order of goodbye cards and call the manager of the bank.")
            .Facts.Message.ShouldBe("Cancel the order of goodbye cards and call the manager of the bank.");

    [Fact]
    public void A_message_can_be_dropped()
    {
        var call = new DialogueScript().Caller("I'd like to leave a message.", "Never mind.").Says("else");
        call.Facts.Intent.ShouldBe(CallIntent.None);
        call.Facts.Message.ShouldBeNull();
    }

    [Fact]
    public void An_earlier_booking_is_given_to_a_person()
    {
        var call = new DialogueScript().Caller("I'd like to cancel my reservation for tonight.").Says("can't look into", "the manager").Expects(ReplyKind.YesNo);
        call.Facts.RequestedFor.ShouldBeNull();
        call.Facts.Unanswered.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("Sorry?")]
    [InlineData("What did you say?")]
    [InlineData("Pardon me?")]
    [InlineData("Could you repeat that?")]
    public void What_was_said_is_repeated(string line)
    {
        var call = new DialogueScript().Caller("A table for two tomorrow at seven.");
        var words = call.Words;
        call.Caller(line).Words.ShouldBe(words);
        call.Expects(ReplyKind.Name);
    }

    [Theory]
    [InlineData("Hello.")]
    [InlineData("Hi there.")]
    public void A_greeting_is_returned(string line) => new DialogueScript().Caller(line).Says("?").Expects(ReplyKind.FreeSpeech);

    [Fact]
    public void A_caller_who_asks_for_a_moment_gets_it() =>
        new DialogueScript().Caller("A table for two please.", "Hold on, let me check.").Says("take your time").Expects(ReplyKind.DateTime);

    [Fact]
    public void Asking_whether_anyone_is_there_repeats_the_question() =>
        new DialogueScript().Caller("A table for two tomorrow at seven.", "Hello? Are you there?").Says("I'm here", "name").Expects(ReplyKind.Name);

    [Fact]
    public void Nonsense_is_met_with_what_can_be_done() => new DialogueScript().Caller("Banana umbrella seventeen.").Says("booking", "message");

    [Fact]
    public void Thanks_are_returned()
    {
        var call = new DialogueScript().Caller("Where are you located?", "Thank you.").Says("else");
        call.Ended.ShouldBeFalse();
    }

    [Fact]
    public void Silence_is_asked_about_twice_and_then_ends_the_call()
    {
        var call = new DialogueScript().Caller("A table for two tomorrow at seven.");
        call.On(new AgentTrigger.CallerSilent(1)).Says("Are you still there?", "name").Expects(ReplyKind.Name);
        var first = call.Words;
        call.On(new AgentTrigger.CallerSilent(2)).Says("name").Words.ShouldNotBe(first);
        call.On(new AgentTrigger.CallerSilent(3)).Says("Goodbye").Hangs();
    }

    [Fact]
    public void Unclear_speech_is_asked_for_again_and_then_keys_are_offered()
    {
        var call = new DialogueScript().Caller("A table for two tomorrow at seven.");
        call.On(new AgentTrigger.NotUnderstood(1)).Says("?").Expects(ReplyKind.Name);
        call.On(new AgentTrigger.NotUnderstood(2)).Says("zero", "name").Expects(ReplyKind.Name);
        call.Caller("...").Expects(ReplyKind.Name);
    }

    [Fact]
    public void The_end_of_time_ends_the_call() => new DialogueScript().On(new AgentTrigger.EndOfTime()).Says("time is up").Hangs();

    [Fact]
    public void A_resumed_call_goes_on_where_it_stopped()
    {
        var call = new DialogueScript().Caller("A table for two tomorrow at seven.").Restart().On(new AgentTrigger.CallResumed(ResumeReason.LineLost));
        call.Says("sorry", "name").Expects(ReplyKind.Name);
        call.Caller("Jane Doe").Says("a table for two", "Jane Doe").Expects(ReplyKind.YesNo);
    }

    [Fact]
    public void A_call_resumed_before_any_question_asks_how_to_help() =>
        new DialogueScript().Restart().On(new AgentTrigger.CallResumed(ResumeReason.LineLost)).Says("sorry", "How can I help");

    [Fact]
    public void The_state_survives_json_unchanged()
    {
        var call = new DialogueScript(caller: null).Caller("A table for two tomorrow at 11 pm, my name is Jane Doe.", "Do you have live music?");
        var json = call.State!.ToJson();
        call.Restart().State!.ToJson().ShouldBe(json);
        call.Facts.Name.ShouldBe("Jane Doe");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"Format\":\"llm/1\"}")]
    [InlineData("{\"Format\":\"rules/1\",\"Asked\":\"Nothing\"}")]
    public void A_foreign_state_is_not_restored(string json) => new RuleAgent().RestoreState(json).ShouldBeNull();

    [Fact]
    public void Asking_ahead_leaves_no_trace()
    {
        var call = new DialogueScript();
        call.Ask(new AgentTrigger.CallerSaid("A table for"));
        call.Ask(new AgentTrigger.CallerSaid("A table for nine"));
        var once = call.Ask(new AgentTrigger.CallerSaid("A table for two tomorrow at seven."));
        call.Ask(new AgentTrigger.CallerSaid("A table for two tomorrow at seven.")).OfType<AgentEvent.Say>().ShouldBe(once.OfType<AgentEvent.Say>());
        call.Caller("A table for two tomorrow at seven.").Facts.PartySize.ShouldBe(2);
    }

    [Fact]
    public void Every_answer_remembers_and_no_words_are_digits()
    {
        foreach (var line in new[] { "What are your hours?", "A table for 12 on 11/24 at 19:30", "Your phone number?", "Table for 3 tomorrow at 730", "Are you open at 10:45?" })
        {
            var call = new DialogueScript().Caller(line);
            call.Words.ShouldNotBeEmpty();
            call.Words.Any(char.IsAsciiDigit).ShouldBeFalse(call.Words);
        }
    }
}
