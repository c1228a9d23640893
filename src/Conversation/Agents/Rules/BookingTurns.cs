using Parley.Conversation.Agents.Rules.Nlu;

namespace Parley.Conversation.Agents.Rules;

/// <summary>What a caller's words do to a booking: begin it, change it, answer its open question.</summary>
internal static class BookingTurns
{
    public static bool Handle(Turn turn, Reading reading, bool answered)
    {
        var state = turn.State;
        var active = state.Task == RuleTask.Booking;
        var accepts = state.Asked == Question.OfferBooking && !answered && (reading.YesNo == true || IsChange(reading.Slots));
        if (!active && !state.Booked && (accepts || reading.Is(Intents.Booking) || IsBareWish(turn, reading)))
        {
            if (turn.Tenant.Booking is null)
            {
                turn.Say(turn.Phrases.NoBookings);
                PersonDialogue.Offer(turn, null);
                return true;
            }

            BookingDialogue.Apply(turn, Context(turn, reading));
            BookingDialogue.Continue(turn, reading.Slots, answered ? "" : turn.Phrases.Acknowledge(state.Turn));
            return true;
        }

        if (!active && !(state.Booked && (IsChange(reading.Slots) || reading.Is(Intents.Booking))))
            return false;
        return BookingTurn(turn, reading, answered);
    }

    // "Two people tonight at seven." "A haircut, I guess."
    private static bool IsBareWish(Turn turn, Reading reading) => turn.State.Task == RuleTask.None && turn.Tenant.Booking is not null
        && turn.State.Asked is Question.None or Question.Wish or Question.AnythingElse
        && (reading.Slots.When.IsEmpty
            ? reading.Slots.Service is not null && turn.State is { Asked: Question.Wish, LastTopic: null } && !BookingDialogue.IsForParty(turn.Tenant)
                && reading.Unknown is null && reading.Said.Count <= 5 && !reading.Said.HasQuestionMark && !IntentClassifier.IsQuestion(reading.Said)
            : reading.Slots.PartySize is not null || reading.Slots.Service is not null || reading.Slots.Nights is not null);

    // "I'd like to book that": the service that was just asked about.
    private static Slots Context(Turn turn, Reading reading) => reading.Slots.Service is null && turn.State.LastService is { } last
        && reading.Said.HasAny("that", "one", "it") && !BookingDialogue.IsForParty(turn.Tenant)
            ? reading.Slots with { Service = turn.Tenant.Services.FirstOrDefault(s => s.Name == last) }
            : reading.Slots;

    private static bool IsChange(Slots slots) =>
        slots.PartySize is not null || slots.Nights is not null || slots.Service is not null || slots.When.Day is not null || slots.When.Time is not null;

    private static bool BookingTurn(Turn turn, Reading reading, bool answered)
    {
        var asked = turn.State.Asked;
        var slots = reading.Slots;
        if (slots.Name is null && turn.Facts.Name is not null && asked is Question.Confirm or Question.WhatToChange or Question.AnythingElse
            && slots.IsEmpty && NameParser.ReadCorrection(reading.Said) is { } corrected)
            slots = slots with { Name = NameParser.Merge(turn.Facts.Name!, corrected, reading.Said) };
        // "In the evening" or "p m" as the answer to which half of the day is meant.
        if (asked == Question.HalfOfDay && slots.When is { Time: null, Part: DayPart.None })
        {
            var part = reading.Said.HasAny("pm", "p m", "later", "second") ? DayPart.Evening : reading.Said.HasAny("am", "a m", "earlier") ? DayPart.Morning
                : reading.Said.Has("noon") ? DayPart.Afternoon : DayPart.None;
            slots = slots with { When = slots.When with { Part = part } };
        }

        if (asked == Question.OfferedTime && reading.YesNo == true && slots.When.Time is null && turn.State.Offered is { } offered)
            slots = slots with { When = slots.When with { Day = NodaTime.LocalDateTime.FromDateTime(offered).Date, Time = new ClockTime(offered.Hour, offered.Minute, true) } };

        var wasBooked = turn.State.Booked;
        if (BookingDialogue.Apply(turn, slots) || slots.BadPhone is not null || (!slots.When.IsEmpty && asked is not (Question.Confirm or Question.AnythingElse))
            || (slots.ServiceChoices.Count > 1 && asked == Question.Service))
        {
            var isCorrection = turn.Request.State is RuleState && asked is Question.Confirm or Question.WhatToChange or Question.Name or Question.Phone or Question.AnythingElse
                && (slots.PartySize ?? slots.Nights ?? (object?)slots.Service) is not null | !slots.When.IsEmpty;
            BookingDialogue.Continue(turn, slots, answered || slots.BadPhone is not null ? "" : isCorrection ? turn.Phrases.Changed(turn.State.Turn) : Opening(turn, asked, slots));
            return true;
        }

        if (wasBooked)
            return false;
        if (answered && !(asked == Question.Confirm && reading.YesNo == true))
        {
            // The question that was open before is still open.
            BookingDialogue.Continue(turn, slots, "");
            return true;
        }

        return BookingAnswer(turn, reading, asked);
    }

    private static string Opening(Turn turn, Question asked, Slots slots) => asked switch
    {
        Question.Name when slots.Name is not null => turn.Phrases.ThankYouName(slots.Name),
        Question.Phone when slots.Phone is not null => turn.Phrases.ThankYou,
        _ => turn.Phrases.Acknowledge(turn.State.Turn),
    };

    // What was said holds no piece of the booking.
    private static bool BookingAnswer(Turn turn, Reading reading, Question asked)
    {
        // "Yes, but ..." agrees to something else than what was read back.
        if (asked is Question.Confirm && reading.YesNo == true && reading.Said.HasAny("but", "except"))
        {
            if (!BookingDialogue.AskNamedPiece(turn, reading.Said))
                turn.Ask(Question.WhatToChange, turn.Phrases.WhatToChange);
            return true;
        }

        if (asked is Question.Confirm && (reading.YesNo == true || (reading.YesNo is null && reading.Said.HasAny("that's it", "that's all", "that's everything"))))
        {
            BookingDialogue.Confirm(turn, () =>
            {
                if (reading.Is(Intents.Message))
                    MessageDialogue.Start(turn, reading.Said);
                else if (reading.Said.HasAny("bye", "goodbye", "good bye"))
                    Courtesies.Farewell(turn, reading);
                else
                    turn.Ask(Question.AnythingElse, turn.Phrases.AnythingElse(turn.State.Turn));
            });
            return true;
        }

        // Taken over with everything known: what was agreed is asked once more.
        if (asked == Question.None && turn.Facts.Name is not null && !reading.Is(Intents.Goodbye | Intents.Message))
        {
            BookingDialogue.Continue(turn, reading.Slots, "");
            return true;
        }

        if (reading.Is(Intents.Goodbye) || reading.Is(Intents.Message) || asked is Question.OfferTransfer or Question.OfferMessage)
            return false;
        if (asked is Question.Confirm or Question.WhatToChange && BookingDialogue.AskNamedPiece(turn, reading.Said))
            return true;
        if (asked is Question.Confirm && reading.YesNo == false)
        {
            turn.Ask(Question.WhatToChange, turn.Phrases.WhatToChange);
            return true;
        }

        if (asked == Question.WhatToChange && (reading.YesNo == false || reading.Said.HasAny("nothing", "it's fine", "all good")))
        {
            BookingDialogue.Continue(turn, reading.Slots, "");
            return true;
        }

        if (asked == Question.OfferedTime && reading.YesNo == false)
        {
            turn.State = turn.State with { Offered = null };
            turn.Ask(Question.Time, turn.Phrases.OtherTime(turn.State.Turn));
            return true;
        }

        // A caller who would rather not give a number is not pressed.
        if (asked == Question.Phone && (reading.YesNo == false || reading.Said.HasAny("don't have", "rather not")))
        {
            turn.State = turn.State with { PhoneSettled = true };
            BookingDialogue.Continue(turn, reading.Slots, turn.Phrases.Changed(turn.State.Turn));
            return true;
        }

        Courtesies.NotFitting(turn, reading);
        return true;
    }
}
