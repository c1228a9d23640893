using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tests.Agents;

public sealed class BookingDialogueTests
{
    [Fact]
    public void Slots_may_come_one_by_one()
    {
        var call = new DialogueScript();
        call.Caller("I'd like to make a reservation.").Says("how many people").Expects(ReplyKind.Count);
        call.Caller("Four.").Says("day and time").Expects(ReplyKind.DateTime);
        call.Caller("On Friday.").Says("What time").Expects(ReplyKind.DateTime);
        call.Caller("Seven thirty.").Expects(ReplyKind.Name);
        call.Caller("Anna Bell").Says("a table for four", "Friday", "seven thirty in the evening", "Anna Bell").Expects(ReplyKind.YesNo);
        call.Caller("Yes").Facts.Confirmed.ShouldBeTrue();
        call.Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 27, 19, 30, 0));
    }

    [Fact]
    public void Everything_may_come_at_once()
    {
        var call = new DialogueScript();
        call.Caller("Hi, this is Tom Baker, I'd like a table for two tomorrow at six.").Says("two", "six in the evening", "Tom Baker", "Is that right?").Expects(ReplyKind.YesNo);
    }

    [Fact]
    public void A_mishearing_of_the_number_is_understood() =>
        new DialogueScript().Caller("A table for for tomorrow at 730.").Facts.ShouldSatisfyAllConditions(
            f => f.PartySize.ShouldBe(4), f => f.RequestedFor.ShouldBe(new DateTime(2026, 11, 22, 19, 30, 0)));

    [Fact]
    public void A_question_and_a_booking_in_one_breath_are_both_served()
    {
        var call = new DialogueScript();
        call.Caller("What time are you open on Sunday and can I book a table for four?").Says("from noon to nine in the evening", "What time tomorrow").Expects(ReplyKind.DateTime);
        call.Facts.PartySize.ShouldBe(4);
        call.Facts.Topics.ShouldBe(["hours"]);
        call.Facts.Intent.ShouldBe(CallIntent.Booking);
    }

    [Fact]
    public void A_question_in_the_middle_is_answered_and_the_booking_goes_on()
    {
        var call = new DialogueScript().Caller("A table for two tomorrow at seven please.");
        call.Caller("Do you have parking?").Says("free parking", "name").Expects(ReplyKind.Name);
        call.Caller("Lisa Gray").Expects(ReplyKind.YesNo);
    }

    [Fact]
    public void An_unknown_question_in_the_middle_is_noted()
    {
        var call = new DialogueScript().Caller("A table for two tomorrow at seven please.");
        call.Caller("Do you have live music?").Says("I don't know", "name").Expects(ReplyKind.Name);
        call.Facts.Unanswered.ShouldBe(["Do you have live music"]);
        call.Facts.Intent.ShouldBe(CallIntent.Booking);
    }

    [Theory]
    [InlineData("No, make that five.", 5, 22, 19)]
    [InlineData("No, for six people.", 6, 22, 19)]
    [InlineData("Actually Saturday instead.", 2, 28, 19)]
    [InlineData("Can we make it at eight instead?", 2, 22, 20)]
    [InlineData("no, eight o'clock", 2, 22, 20)]
    [InlineData("No, it's Tuesday at six, for three.", 3, 24, 18)]
    [InlineData("Could you change it to eight pm?", 2, 22, 20)]
    [InlineData("Wait, not tomorrow, Friday.", 2, 27, 19)]
    public void A_correction_at_the_read_back_is_read_back_again(string correction, int party, int day, int hour)
    {
        var call = AtConfirmation();
        call.Caller(correction).Says("Is that right?").Expects(ReplyKind.YesNo);
        call.Facts.PartySize.ShouldBe(party);
        call.Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, day, hour, 0, 0));
        call.Facts.Confirmed.ShouldBeFalse();
        call.Caller("Yes.").Facts.Confirmed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("Not Daniel, David.")]
    [InlineData("No, my name is David.")]
    [InlineData("It's David, not Daniel.")]
    public void A_name_is_corrected_at_the_read_back(string correction)
    {
        var call = AtConfirmation("Daniel");
        call.Caller(correction).Says("David", "Is that right?");
        call.Facts.Name.ShouldBe("David");
    }

    [Fact]
    public void A_bare_no_at_the_read_back_asks_what_to_change()
    {
        var call = AtConfirmation();
        call.Caller("No.").Says("What should I change").Expects(ReplyKind.FreeSpeech);
        call.Caller("The time.").Says("time").Expects(ReplyKind.DateTime);
        call.Caller("Six.").Says("six in the evening", "Is that right?");
        call.Caller("Yes.").Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 22, 18, 0, 0));
    }

    [Theory]
    [InlineData("No, the day is wrong.", ReplyKind.DateTime)]
    [InlineData("No, the name is wrong.", ReplyKind.Name)]
    [InlineData("The number of people is wrong.", ReplyKind.Count)]
    public void A_wrong_piece_that_is_named_is_asked_again(string line, ReplyKind expected) => AtConfirmation().Caller(line).Expects(expected);

    [Fact]
    public void A_change_after_the_booking_opens_it_again()
    {
        var call = AtConfirmation().Caller("Yes.");
        call.Caller("Actually, make it six people.").Says("six", "Is that right?").Expects(ReplyKind.YesNo);
        call.Facts.Confirmed.ShouldBeFalse();
        call.Caller("Yes.").Facts.Confirmed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("Forget it.")]
    [InlineData("Never mind.")]
    [InlineData("Cancel that please.")]
    public void A_booking_can_be_dropped(string line)
    {
        var call = AtConfirmation().Caller(line).Says("dropped", "else");
        call.Facts.Intent.ShouldBe(CallIntent.None);
        call.Facts.RequestedFor.ShouldBeNull();
        call.Caller("No, goodbye.").Hangs();
    }

    [Fact]
    public void Hanging_up_before_confirming_books_nothing()
    {
        var call = AtConfirmation().Caller("I'll call back later, goodbye.");
        call.Facts.Confirmed.ShouldBeFalse();
    }

    [Fact]
    public void Goodbye_with_the_confirmation_ends_the_call()
    {
        var call = AtConfirmation().Caller("Yes, that's right, thanks, bye.").Says("all set").Hangs();
        call.Facts.Confirmed.ShouldBeTrue();
    }

    [Fact]
    public void A_withheld_number_is_asked_for()
    {
        var call = new DialogueScript(caller: null).Caller("A table for two tomorrow at seven, my name is Jane Doe.");
        call.Says("number").Expects(ReplyKind.Digits);
        call.Expected.Digits.ShouldBe(10);
        call.Caller("five five five, oh one oh").Says("complete").Expects(ReplyKind.Digits);
        call.Caller("five five five, oh one oh, oh one two three").Says("five five five, zero one zero, zero one two three", "Is that right?");
        call.Facts.Phone.ShouldBe("+15550100123");
        call.Caller("Yes").Says("text message");
    }

    [Fact]
    public void A_number_may_be_pressed()
    {
        var call = new DialogueScript(caller: null).Caller("A table for two tomorrow at seven, my name is Jane Doe.");
        call.On(new AgentTrigger.CallerPressed("5550100123#")).Expects(ReplyKind.YesNo);
        call.Facts.Phone.ShouldBe("+15550100123");
        call.On(new AgentTrigger.CallerPressed("1")).Facts.Confirmed.ShouldBeTrue();
    }

    [Fact]
    public void A_number_that_is_not_given_is_not_pressed_for()
    {
        var call = new DialogueScript(caller: null).Caller("A table for two tomorrow at seven, my name is Jane Doe.", "I'd rather not.").Expects(ReplyKind.YesNo);
        call.Caller("yes").Words.ShouldNotContain("text message");
    }

    [Theory]
    [InlineData("A table for two on Monday at seven.", "closed on Monday", "Tuesday", ReplyKind.DateTime)]
    [InlineData("A table for two tomorrow at 11 pm.", "from noon to nine in the evening", "eight thirty in the evening", ReplyKind.YesNo)]
    [InlineData("A table for two tomorrow at eight forty five pm.", "last booking", "eight thirty in the evening", ReplyKind.YesNo)]
    [InlineData("A table for two today at 11:30.", "twelve", "", ReplyKind.Name)]
    [InlineData("A table for two in three months on March 3rd at seven.", "sixty days ahead", "day", ReplyKind.DateTime)]
    [InlineData("A table for two on December 25th at seven.", "closed on Friday, December twenty fifth", "Saturday", ReplyKind.DateTime)]
    [InlineData("A table for two tomorrow at 9 am.", "from noon to nine", "noon", ReplyKind.YesNo)]
    public void What_cannot_be_booked_is_refused_with_the_reason(string line, string reason, string offer, ReplyKind expected)
    {
        var call = new DialogueScript();
        if (expected == ReplyKind.Name)
        {
            // Bookable after all: open from half past eleven.
            call.Caller(line).Expects(ReplyKind.Name);
            return;
        }

        call.Caller(line).Says(reason, offer).Expects(expected);
        call.Facts.RequestedFor.ShouldBeNull();
    }

    [Fact]
    public void An_offered_time_may_be_taken()
    {
        var call = new DialogueScript().Caller("A table for two tomorrow at 11 pm.", "Yes please.").Expects(ReplyKind.Name);
        call.Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 22, 20, 30, 0));
    }

    [Fact]
    public void An_offered_time_may_be_declined_for_another()
    {
        var call = new DialogueScript().Caller("A table for two tomorrow at 11 pm.", "No.").Says("other time").Expects(ReplyKind.DateTime);
        call.Caller("Seven then.").Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 22, 19, 0, 0));
    }

    [Fact]
    public void Too_short_notice_is_refused_with_the_next_possible_time()
    {
        var call = new DialogueScript(now: new DateTimeOffset(2026, 11, 21, 23, 50, 0, TimeSpan.Zero));
        call.Caller("A table for two at seven tonight.").Says("thirty minutes' notice", "seven thirty in the evening").Expects(ReplyKind.YesNo);
    }

    [Fact]
    public void A_time_alone_means_today_while_that_can_be()
    {
        new DialogueScript().Caller("A table for two at seven.").Says("today").Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 21, 19, 0, 0));
        new DialogueScript(now: new DateTimeOffset(2026, 11, 22, 1, 30, 0, TimeSpan.Zero)).Caller("A table for two at seven.").Says("tomorrow, Sunday")
            .Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 22, 19, 0, 0));
    }

    [Fact]
    public void A_party_that_is_too_large_is_given_to_a_person()
    {
        var call = new DialogueScript().Caller("A table for twenty people tomorrow at seven.").Says("up to ten", "the manager").Expects(ReplyKind.YesNo);
        call.Caller("Yes please").TransferredTo.ShouldBe(SampleTenants.Manager);
        call.Facts.Intent.ShouldBe(CallIntent.Booking);
    }

    [Fact]
    public void A_party_made_smaller_is_booked_after_all() =>
        new DialogueScript().Caller("A table for twenty people tomorrow at seven.", "Make it ten people then.").Expects(ReplyKind.Name);

    [Fact]
    public void A_part_of_the_day_settles_the_hour_that_follows()
    {
        var call = new DialogueScript().Caller("A table for two tomorrow evening.").Says("What time tomorrow evening").Expects(ReplyKind.DateTime);
        call.Caller("Seven.").Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 22, 19, 0, 0));
    }

    [Fact]
    public void An_ambiguous_hour_is_asked_about()
    {
        var allDay = SampleTenants.Restaurant with
        {
            Hours = new OpeningHours([.. Enum.GetValues<IsoDayOfWeek>().Skip(1).Select(d => new OpeningSpan(d, new LocalTime(7, 0), new LocalTime(23, 0)))], []),
        };
        var call = new DialogueScript(allDay).Caller("A table for two tomorrow at eight.").Says("eight in the morning or in the evening").Expects(ReplyKind.DateTime);
        call.Caller("In the evening.").Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 22, 20, 0, 0));
        new DialogueScript(allDay).Caller("A table for two tomorrow at eight.", "P.M.").Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 22, 20, 0, 0));
        new DialogueScript(allDay).Caller("A table for two tomorrow at eight.", "8 a.m.").Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 22, 8, 0, 0));
    }

    [Fact]
    public void Vague_days_and_times_are_narrowed_down()
    {
        new DialogueScript().Caller("A table for two at the weekend.").Says("Saturday or Sunday").Expects(ReplyKind.DateTime);
        new DialogueScript().Caller("A table for two next week.").Says("Which day").Expects(ReplyKind.DateTime);
        new DialogueScript().Caller("A table for two tomorrow for lunch.").Says("lunch").Expects(ReplyKind.DateTime);
    }

    [Fact]
    public void A_weekday_that_does_not_fit_the_date_is_pointed_out() =>
        new DialogueScript().Caller("A table for two on Friday the 26th at seven.").Says("November twenty sixth is a Thursday").Expects(ReplyKind.DateTime);

    [Fact]
    public void A_time_that_the_clocks_skip_is_moved_forward()
    {
        // 14 March 2027, 2:00 to 3:00 in New York.
        var nights = SampleTenants.Restaurant with
        {
            Hours = new OpeningHours([new OpeningSpan(IsoDayOfWeek.Saturday, new LocalTime(20, 0), new LocalTime(6, 0))], []),
        };
        var call = new DialogueScript(nights, now: new DateTimeOffset(2027, 3, 12, 15, 0, 0, TimeSpan.Zero));
        call.Caller("A table for two on Saturday at two thirty am.").Says("clocks go forward", "three thirty in the morning");
        call.Facts.RequestedFor.ShouldBe(new DateTime(2027, 3, 14, 3, 30, 0));
    }

    [Fact]
    public void A_time_that_happens_twice_is_accepted()
    {
        // 7 November 2027 in New York: 1:00 to 2:00 happens twice.
        var nights = SampleTenants.Restaurant with
        {
            Hours = new OpeningHours([new OpeningSpan(IsoDayOfWeek.Saturday, new LocalTime(20, 0), new LocalTime(6, 0))], []),
        };
        var call = new DialogueScript(nights, now: new DateTimeOffset(2027, 11, 5, 15, 0, 0, TimeSpan.Zero));
        call.Caller("A table for two on Saturday at one thirty am.").Facts.RequestedFor.ShouldBe(new DateTime(2027, 11, 7, 1, 30, 0));
    }

    [Fact]
    public void Without_known_hours_the_likelier_half_of_the_day_is_meant()
    {
        var any = SampleTenants.Restaurant with { Hours = OpeningHours.Unknown };
        new DialogueScript(any).Caller("A table for two tomorrow at seven.").Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 22, 19, 0, 0));
    }

    [Fact]
    public void A_service_is_asked_for_and_may_be_changed()
    {
        var call = new DialogueScript(SampleTenants.Salon).Caller("I'd like an appointment.").Says("haircut, beard trim and coloring");
        call.Caller("A beard trim on Tuesday at three.").Says("a beard trim", "three in the afternoon").Expects(ReplyKind.Name);
        call.Caller("Actually, a haircut.").Says("a haircut").Expects(ReplyKind.Name);
        call.Caller("Max Power").Expects(ReplyKind.YesNo);
        call.Facts.Service.ShouldBe("haircut");
        call.Facts.PartySize.ShouldBeNull();
    }

    [Fact]
    public void A_wish_for_a_service_is_a_booking() =>
        new DialogueScript(SampleTenants.Salon).Caller("Can I get a haircut tomorrow?").Says("closed tomorrow");

    [Fact]
    public void A_business_without_bookings_says_so()
    {
        var call = new DialogueScript(SampleTenants.Restaurant with { Booking = null }).Caller("I'd like to book a table.");
        call.Says("don't take bookings").Expects(ReplyKind.YesNo);
    }

    [Fact]
    public void What_is_no_name_is_asked_again()
    {
        var call = new DialogueScript().Caller("A table for two tomorrow at seven.", "Sorry what?").Says("name").Expects(ReplyKind.Name);
        call.Caller("Yes.").Says("name").Expects(ReplyKind.Name);
        call.Facts.Name.ShouldBeNull();
    }

    [Fact]
    public void Repeated_misunderstanding_offers_a_person() =>
        new DialogueScript().Caller("A table for two tomorrow at seven.", "Yes.", "Yes.").Says("speak to a person");

    [Fact]
    public void Asking_whether_bookings_are_taken_offers_one()
    {
        var call = new DialogueScript().Caller("Do you take reservations?").Says("Would you like").Expects(ReplyKind.YesNo);
        call.Caller("Yes, for four people.").Expects(ReplyKind.DateTime);
    }

    [Fact]
    public void A_new_time_on_a_booked_call_keeps_the_half_of_the_day() =>
        AtConfirmation().Caller("Yes.", "Sorry, can we make it at eight?").Facts.RequestedFor.ShouldBe(new DateTime(2026, 11, 22, 20, 0, 0));

    private static DialogueScript AtConfirmation(string name = "Daniel Carter") =>
        new DialogueScript().Caller("A table for two tomorrow at seven.", $"My name is {name}.").Expects(ReplyKind.YesNo);
}
