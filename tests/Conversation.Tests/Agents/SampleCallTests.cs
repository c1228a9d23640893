using Parley.Conversation.Agents;

namespace Parley.Conversation.Tests.Agents;

/// <summary>The calls that the recorded samples hold, in their words.</summary>
public sealed class SampleCallTests
{
    [Fact]
    public void A_table_is_booked_in_four_lines()
    {
        var call = new DialogueScript();
        call.Says("Thank you for calling Luigi's").Expects(ReplyKind.FreeSpeech);
        call.Caller("Hi, I'd like to book a table for four people tomorrow at seven thirty in the evening.")
            .Says("a table for four", "tomorrow, Sunday", "seven thirty in the evening", "name").Expects(ReplyKind.Name);
        call.Caller("My name is Daniel Carter.").Says("Daniel Carter", "Is that right?").Expects(ReplyKind.YesNo);
        call.Facts.Confirmed.ShouldBeFalse();
        call.Caller("Yes, that's right.").Says("You're all set, Daniel", "text message", "else");
        call.Facts.Confirmed.ShouldBeTrue();
        call.Facts.Intent.ShouldBe(CallIntent.Booking);
        call.Facts.PartySize.ShouldBe(4);
        call.Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 22, 19, 30, 0));
        call.Facts.Phone.ShouldBeNull();
        call.Caller("No, that's all, thank you. Goodbye.").Says("Luigi's").Hangs();
        call.Facts.Confirmed.ShouldBeTrue();
    }

    [Fact]
    public void A_table_is_changed_twice_before_it_is_confirmed()
    {
        var call = new DialogueScript();
        call.Caller("Hello, can I reserve a table for three on Friday at eight p m?").Says("three", "Friday", "eight in the evening").Expects(ReplyKind.Name);
        call.Caller("No, make that five people.").Says("five").Expects(ReplyKind.Name);
        call.Caller("Sarah Miller.").Says("five", "Sarah Miller", "eight in the evening").Expects(ReplyKind.YesNo);
        call.Caller("Actually, can we make it at seven instead?").Says("seven in the evening", "five", "Is that right?").Expects(ReplyKind.YesNo);
        call.Caller("Yes, that's correct.").Says("all set");
        call.Facts.PartySize.ShouldBe(5);
        call.Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 27, 19, 0, 0));
        call.Facts.Confirmed.ShouldBeTrue();
        call.Caller("That's everything, bye.").Hangs();
    }

    [Fact]
    public void A_haircut_is_booked()
    {
        var call = new DialogueScript(SampleTenants.Salon);
        call.Caller("Good morning, I'd like to book a haircut please.").Says("day and time").Expects(ReplyKind.DateTime);
        call.Caller("On Saturday at eleven in the morning.").Says("a haircut", "Saturday, November twenty eighth", "eleven in the morning").Expects(ReplyKind.Name);
        call.Caller("It's James Wilson.").Says("James Wilson").Expects(ReplyKind.YesNo);
        call.Caller("Yes.").Says("all set");
        call.Facts.Service.ShouldBe("haircut");
        call.Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 28, 11, 0, 0));
        call.Facts.Confirmed.ShouldBeTrue();
        call.Caller("No thanks. Good-bye.").Hangs();
    }

    [Fact]
    public void Questions_are_answered_one_after_the_other()
    {
        var call = new DialogueScript();
        call.Caller("Hi, what time are you open on Sunday?").Says("tomorrow, Sunday, we're open from noon to nine in the evening");
        call.Caller("And how much is a margarita?").Says("The margherita pizza is twelve dollars");
        call.Caller("Where are you located?").Says("twelve Main Street");
        call.Caller("Thank you, that's all I needed, goodbye.").Hangs();
        call.Facts.Intent.ShouldBe(CallIntent.Question);
        call.Facts.Topics.ShouldBe(["hours", "price", "address"]);
        call.Facts.Unanswered.ShouldBeEmpty();
    }

    [Fact]
    public void A_long_answer_is_cut_short_by_a_narrower_question()
    {
        var call = new DialogueScript();
        call.Caller("What are your opening hours?").Says("Tuesday to Thursday from eleven thirty in the morning to ten at night", "closed on Monday");
        call.Caller("Sorry, just tell me about Monday.").Says("we're closed on Monday");
        call.Caller("Great, thanks, bye.").Hangs();
    }

    [Fact]
    public void Opening_hours_are_told_when_the_word_hours_is_misheard() =>
        new DialogueScript().Caller("What are your opening powers?").Says("Tuesday to Thursday from eleven thirty in the morning to ten at night");

    [Fact]
    public void A_caller_is_put_through_to_the_manager()
    {
        var call = new DialogueScript();
        call.Caller("Could I speak to a manager please?").Says("put you through to the manager").Expects(ReplyKind.YesNo);
        call.Caller("Yes, please put me through.").Says("I'll connect you with the manager");
        call.TransferredTo.ShouldBe(SampleTenants.Manager);
        call.Facts.Intent.ShouldBe(CallIntent.Person);
    }

    [Fact]
    public void A_message_is_taken_with_the_name()
    {
        var call = new DialogueScript();
        call.Caller("I'd like to leave a message.").Expects(ReplyKind.Dictation);
        call.Caller("Please tell Maria that the flowers will arrive on Thursday morning.").Says("name").Expects(ReplyKind.Name);
        call.Caller("Peter Novak.").Says("Thank you, Peter", "pass that on");
        call.Facts.Intent.ShouldBe(CallIntent.Message);
        call.Facts.Message.ShouldNotBeNull().ShouldContain("ell Maria that the flowers will arrive on Thursday morning");
        call.Facts.Name.ShouldBe("Peter Novak");
    }
}
