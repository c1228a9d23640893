using Parley.Conversation.Agents;
using Parley.Conversation.PostCall;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tests.Agents;

namespace Parley.Conversation.Tests.PostCall;

public sealed class PostCallPlannerTests
{
    private const string Caller = "+15550101234";

    private static readonly CallFacts Booking = new()
    {
        Intent = CallIntent.Booking, Name = "Daniel Carter", PartySize = 4, RequestedFor = new DateTime(2026, 11, 22, 19, 30, 0), Confirmed = true,
    };

    [Fact]
    public void A_confirmed_booking_leaves_a_lead_and_two_messages()
    {
        var plan = Plan(Booking);
        plan.Lead.ShouldNotBeNull().ShouldSatisfyAllConditions(
            l => l.Status.ShouldBe("confirmed"),
            l => l.Phone.ShouldBe(Caller),
            l => l.PartySize.ShouldBe(4),
            l => l.Summary.ShouldBe("Daniel Carter booked 4 people on Sun, Nov 22 at 7:30 PM."));
        plan.Messages.Select(m => m.Type).ShouldBe([PostCallPlanner.Recap, PostCallPlanner.ReservationLink]);
        plan.Messages.ShouldAllBe(m => m.From == SampleTenants.CalledNumber && m.To == Caller && m.Body.StartsWith("Luigi's: ", StringComparison.Ordinal));
        plan.Messages[0].Body.ShouldBe("Luigi's: Thank you, Daniel! You're booked: 4 people on Sun, Nov 22 at 7:30 PM.");
        plan.Messages[1].Body.ShouldEndWith(" https://luigis.example/r");
    }

    [Fact]
    public void A_wished_call_back_stands_in_lead_summary_and_text()
    {
        var plan = Plan(new CallFacts
        {
            Intent = CallIntent.Message, Name = "Daniel Carter", Message = "Please call back: the bill", CallBackFor = new DateTime(2026, 11, 22, 17, 0, 0),
        });

        plan.Lead!.CallBackFor.ShouldBe(new DateTime(2026, 11, 22, 17, 0, 0));
        plan.Lead.Summary.ShouldBe("Daniel Carter left a message: Please call back: the bill. Wants to be called back from Sun, Nov 22 at 5:00 PM on.");
        plan.Messages.ShouldHaveSingleItem().Body.ShouldEndWith("You asked for a call back from Sun, Nov 22 at 5:00 PM on.");
    }

    [Fact]
    public void A_booking_that_was_called_off_while_another_is_wished_for_is_told_beside_it()
    {
        var plan = Plan(Booking with { CancelledFor = new DateTime(2026, 11, 21, 19, 0, 0) });

        plan.Lead!.Status.ShouldBe("confirmed");
        plan.Lead.Summary.ShouldBe("Daniel Carter booked 4 people on Sun, Nov 22 at 7:30 PM. The booking on Sat, Nov 21 at 7:00 PM was called off.");
    }

    [Fact]
    public void A_caller_who_calls_off_and_leaves_a_message_leaves_it_open()
    {
        var plan = Plan(new CallFacts { Intent = CallIntent.Booking, Name = "Ann", CancelledFor = new DateTime(2026, 11, 21, 19, 0, 0), Message = "Send the voucher." });

        (plan.Lead!.Status, plan.Lead.Note).ShouldBe(("open", "Send the voucher."));
        plan.Lead.Summary.ShouldBe("Ann called off a booking on Sat, Nov 21 at 7:00 PM. There is a message too.");
    }

    [Fact]
    public void An_unconfirmed_booking_is_open_and_sends_no_link()
    {
        var plan = Plan(Booking with { Confirmed = false });
        plan.Lead!.Status.ShouldBe("open");
        plan.Lead.Summary.ShouldContain("not confirmed");
        plan.Messages.Single().Body.ShouldContain("not booked yet");
    }

    [Fact]
    public void A_booking_of_which_nothing_is_known_is_no_lead() => Plan(new CallFacts { Intent = CallIntent.Booking }).ShouldSatisfyAllConditions(
        p => p.Lead.ShouldBeNull(), p => p.Messages.ShouldBeEmpty());

    [Fact]
    public void A_message_is_a_lead_with_the_words_as_note()
    {
        var plan = Plan(new CallFacts { Intent = CallIntent.Message, Name = "Peter Novak", Message = "The flowers arrive on Thursday.", Unanswered = ["Is Maria in?"] });
        plan.Lead!.Note.ShouldBe("The flowers arrive on Thursday.\nUnanswered: Is Maria in?");
        plan.Lead.Summary.ShouldBe("Peter Novak left a message: The flowers arrive on Thursday. One question is open.");
        plan.Messages.Single().Body.ShouldContain("The flowers arrive on Thursday.");
    }

    [Fact]
    public void A_message_taken_in_place_of_a_failed_agent_is_a_call_back_with_what_was_left_open()
    {
        var plan = Plan(new CallFacts { Intent = CallIntent.Message, Message = "Anna Smith about a table tonight.", Unanswered = ["I want a table."] });
        plan.Lead.ShouldNotBeNull().ShouldSatisfyAllConditions(
            l => l.Intent.ShouldBe(CallIntent.Message),
            l => l.Status.ShouldBe("open"),
            l => l.Phone.ShouldBe(Caller),
            l => l.Note.ShouldBe("Anna Smith about a table tonight.\nUnanswered: I want a table."),
            l => l.Summary.ShouldBe("A caller left a message: Anna Smith about a table tonight. One question is open."));
        plan.Messages.ShouldHaveSingleItem().Body.ShouldBe(
            "Luigi's: Thank you, we got your message: \"Anna Smith about a table tonight.\" We will get back to you.");
    }

    [Fact]
    public void A_message_that_a_text_cannot_carry_is_not_quoted_in_it()
    {
        var plan = Plan(new CallFacts { Intent = CallIntent.Message, Message = "שלום, זו דנה" });
        plan.Lead!.Note.ShouldBe("שלום, זו דנה");
        plan.Messages.Single().Body.ShouldBe("Luigi's: Thank you for your call. We will get back to you.");
    }

    [Fact]
    public void A_wish_for_a_person_is_a_lead_without_messages()
    {
        var plan = Plan(new CallFacts { Intent = CallIntent.Person });
        plan.Lead!.Summary.ShouldBe("A caller asked to speak to a person.");
        plan.Messages.ShouldBeEmpty();
    }

    [Fact]
    public void Only_unanswered_questions_make_a_lead()
    {
        Plan(new CallFacts { Intent = CallIntent.Question, Topics = ["hours"] }).Lead.ShouldBeNull();
        Plan(new CallFacts { Intent = CallIntent.Question, Unanswered = ["Do you have vegan cheese?"] }).Lead!.Note.ShouldBe("Unanswered: Do you have vegan cheese?");
        Plan(CallFacts.None).Lead.ShouldBeNull();
    }

    [Fact]
    public void The_number_the_caller_gave_comes_before_the_one_he_called_from() =>
        Plan(Booking with { Phone = "+442079460123" }).ShouldSatisfyAllConditions(
            p => p.Lead!.Phone.ShouldBe("+442079460123"), p => p.Messages.ShouldAllBe(m => m.To == "+442079460123"));

    [Theory]
    [InlineData(null)]
    [InlineData("anonymous")]
    [InlineData("+0555")]
    [InlineData("15550101234")]
    [InlineData("+1555010123456789")]
    [InlineData("+1 555 010 1234")]
    [InlineData(SampleTenants.CalledNumber)]
    public void No_message_goes_to_a_number_that_is_none(string? caller)
    {
        var plan = Plan(Booking, caller: caller);
        plan.Lead.ShouldNotBeNull();
        plan.Messages.ShouldBeEmpty();
    }

    [Fact]
    public void The_tenants_sender_is_used_when_set() =>
        Plan(Booking, SampleTenants.Restaurant with { Messages = new MessageSettings { From = "+15550109999" } }).Messages.ShouldAllBe(m => m.From == "+15550109999");

    [Theory]
    [InlineData(false, true, PostCallPlanner.ReservationLink)]
    [InlineData(true, false, PostCallPlanner.Recap)]
    [InlineData(false, false, "")]
    public void Messages_can_be_turned_off(bool recap, bool link, string expected) =>
        string.Join(',', Plan(Booking, SampleTenants.Restaurant with { Messages = new MessageSettings { Recap = recap, ReservationLink = link } }).Messages.Select(m => m.Type))
            .ShouldBe(expected);

    [Fact]
    public void Without_a_link_only_the_recap_is_sent() =>
        Plan(Booking, SampleTenants.Restaurant with { Booking = new BookingRules() }).Messages.Select(m => m.Type).ShouldBe([PostCallPlanner.Recap]);

    [Fact]
    public void Bodies_are_short_and_plain()
    {
        var long1 = string.Concat(Enumerable.Repeat("“Grüße” – ça va… 日本 ", 60));
        var tenant = SampleTenants.Restaurant with { Name = "Café “L’Étoile” " + new string('x', 100) };
        var plan = Plan(new CallFacts { Intent = CallIntent.Message, Name = "Zoë", Message = long1 }, tenant);
        var body = plan.Messages.Single().Body;
        body.Length.ShouldBeLessThanOrEqualTo(320);
        body.ShouldStartWith("Café \"L'Étoile\"");
        body.ShouldContain("Zoe");
        body.IndexOfAny(['“', '”', '’', '–', '…', '日', 'ë']).ShouldBe(-1);
    }

    [Fact]
    public void A_long_link_is_never_cut()
    {
        var link = "https://luigis.example/" + new string('a', 300);
        Plan(Booking, SampleTenants.Restaurant with { Booking = new BookingRules { ReservationLink = link } }).Messages[1].Body.ShouldBe(link);
    }

    [Fact]
    public void The_same_call_gives_the_same_plan()
    {
        Plan(Booking).Messages.ShouldBe(Plan(Booking).Messages);
        Plan(Booking).Lead.ShouldBe(Plan(Booking).Lead);
    }

    private static PostCallPlan Plan(CallFacts facts, Tenant? tenant = null, string? caller = Caller) => PostCallPlanner.Plan(
        new FinishedCall(tenant ?? SampleTenants.Restaurant, caller, SampleTenants.CalledNumber, DialogueScript.SaturdayMorning, facts, []));
}
