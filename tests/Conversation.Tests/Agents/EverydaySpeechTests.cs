using Parley.Conversation.Agents;

namespace Parley.Conversation.Tests.Agents;

/// <summary>Turns of phrase that real callers use.</summary>
public sealed class EverydaySpeechTests
{
    [Theory]
    [InlineData("Hey, do you have anything available tonight for six?", ReplyKind.DateTime)]
    [InlineData("Is it possible to book a table for tonight at 9?", ReplyKind.Count)]
    [InlineData("We'd like to come by tonight at eight, there are three of us.", ReplyKind.Name)]
    [InlineData("Tomorrow at seven for two.", ReplyKind.Name)]
    [InlineData("Two people tonight at 7:30.", ReplyKind.Name)]
    [InlineData("I want to come for dinner tomorrow, it's for me and my husband.", ReplyKind.DateTime)]
    [InlineData("Good evening. Table for four. Tomorrow. Seven thirty.", ReplyKind.Name)]
    [InlineData("um can I uh get a a table for for um tomorrow at uh 7 30 p m", ReplyKind.Name)]
    [InlineData("book a table for four people tomorrow at seven thirty in the evening my name is daniel carter", ReplyKind.YesNo)]
    [InlineData("Do you have a table for four at 8 tomorrow evening? My name is Frank.", ReplyKind.YesNo)]
    public void A_wish_for_a_table_is_heard(string line, ReplyKind next)
    {
        var call = new DialogueScript().Caller(line).Expects(next);
        call.Facts.Intent.ShouldBe(CallIntent.Booking);
    }

    [Theory]
    [InlineData("Do you have gluten free pizza?")]
    [InlineData("I would like to order a pizza.")]
    [InlineData("Do you deliver?")]
    [InlineData("Do I need a reservation for Friday?")]
    [InlineData("I have a question about allergies.")]
    public void Nothing_is_claimed_that_was_not_written_down(string line)
    {
        var call = new DialogueScript().Caller(line).Expects(ReplyKind.YesNo);
        call.Words.ShouldNotContain("Yes");
        call.Facts.Unanswered.Count.ShouldBe(1);
    }

    [Fact]
    public void An_unknown_question_beside_the_wish_is_noted()
    {
        var call = new DialogueScript().Caller("I'd like a table for tonight for four people, and do you have vegan options?").Says("I don't know", "What time tonight");
        call.Facts.Unanswered.ShouldBe(["do you have vegan options"]);
        call.Facts.PartySize.ShouldBe(4);
    }

    [Fact]
    public void Yes_with_a_question_confirms_and_answers()
    {
        var call = new DialogueScript().Caller("A table for two tomorrow at seven, my name is Jane Doe.", "Yes. And can I bring my dog?").Says("terrace", "all set");
        call.Facts.Confirmed.ShouldBeTrue();
    }

    [Fact]
    public void Yes_but_is_no_yes()
    {
        new DialogueScript().Caller("A table for two tomorrow at seven, my name is Jane Doe.", "Yes, but we are five now.").Expects(ReplyKind.YesNo).Facts.PartySize.ShouldBe(5);
        var call = new DialogueScript().Caller("A table for two tomorrow at seven, my name is Jane Doe.", "Yes, but that's not all of it.").Says("change");
        call.Facts.Confirmed.ShouldBeFalse();
        call.Caller("Change the name to Nora Lane.").Says("Nora Lane", "Is that right?");
    }

    [Theory]
    [InlineData("I'm sorry, I meant eight.", 20)]
    [InlineData("Sorry, the time should be 8.", 20)]
    [InlineData("Wait, can I make it at half past eight?", 20)]
    public void A_slip_of_the_tongue_is_put_right(string line, int hour) =>
        new DialogueScript().Caller("Table for two tomorrow at seven", line).Facts.RequestedFor!.Value.Hour.ShouldBe(hour);

    [Theory]
    [InlineData("Carter. Daniel Carter.", "Daniel Carter")]
    [InlineData("Sure, it's Neil Young, N E I L", "Neil Young")]
    [InlineData("It's for Johnson.", "Johnson")]
    [InlineData("Yes, Lucas Meyer", "Lucas Meyer")]
    public void A_name_is_heard_as_people_give_it(string line, string name) =>
        new DialogueScript().Caller("Table for two tomorrow at seven", line).Facts.Name.ShouldBe(name);

    [Theory]
    [InlineData("Not Daniel, David.", "David Carter")]
    [InlineData("It's Danielle with two l's.", "Danielle Carter")]
    public void A_part_of_a_name_is_corrected(string line, string name) =>
        new DialogueScript().Caller("Table for two tomorrow at seven", "Daniel Carter", line).Says("Is that right?").Facts.Name.ShouldBe(name);

    [Theory]
    [InlineData("Are you open on Christmas day?", "closed on Friday, December twenty fifth")]
    [InlineData("Are you open on Thanksgiving?", "On Thursday, November twenty sixth")]
    [InlineData("What are your hours on Friday and Monday?", "closed on Monday")]
    [InlineData("Hi, is this Luigi's?", "Yes, this is Luigi's. How can I help you?")]
    [InlineData("Are you a real person?", "automated receptionist")]
    [InlineData("How are you?", "doing well")]
    [InlineData("I have a question.", "go ahead")]
    public void Small_questions_get_small_answers(string line, string answer) => new DialogueScript().Caller(line).Says(answer).Expects(ReplyKind.FreeSpeech);

    [Fact]
    public void It_is_the_service_that_was_just_asked_about()
    {
        var call = new DialogueScript(SampleTenants.Salon).Caller("How much is a haircut and a beard trim?").Says("haircut is thirty five dollars and the beard trim is twenty");
        call.Caller("How much is the beard trim?", "Okay, I'd like to book that.").Expects(ReplyKind.DateTime);
        call.Facts.Service.ShouldBe("beard trim");
        call.Caller("On Wednesday morning.", "Ten thirty.").Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 25, 10, 30, 0));
    }

    [Fact]
    public void Right_now_is_too_soon_and_the_next_time_is_offered() =>
        new DialogueScript(now: new DateTimeOffset(2026, 11, 21, 23, 0, 0, TimeSpan.Zero)).Caller("Can I get a table for two right now?")
            .Says("thirty minutes' notice", "six thirty in the evening").Expects(ReplyKind.YesNo);

    [Fact]
    public void A_message_that_names_its_sender_is_not_asked_for_the_name()
    {
        var call = new DialogueScript(caller: null).Caller("Can I leave a message for the manager?");
        call.Caller("Yes, hi, this is Bob from the wine shop. The delivery will be late. Please call me back at 555 765 4321.").Says("Thank you, Bob", "pass that on");
        call.Facts.Phone.ShouldBe("+15557654321");
    }

    [Fact]
    public void Call_me_back_is_no_name() =>
        new DialogueScript().Caller("I'd like to leave a message.", "Tell them to call me back.").Expects(ReplyKind.Name).Facts.Name.ShouldBeNull();

    [Fact]
    public void A_person_is_asked_for_by_name() => new DialogueScript().Caller("Can I speak to Maria?").Says("the manager").Expects(ReplyKind.YesNo);

    [Fact]
    public void Times_are_told_when_the_caller_asks_for_them() =>
        new DialogueScript().Caller("A table for six on Friday.", "What times do you have?").Says("from eleven thirty in the morning", "What time").Expects(ReplyKind.DateTime);
}
