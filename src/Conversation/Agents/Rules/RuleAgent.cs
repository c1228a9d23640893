using Parley.Conversation.Agents.Rules.Nlu;

namespace Parley.Conversation.Agents.Rules;

/// <summary>
/// The embedded receptionist: books, answers, connects and takes messages in English by rules, without any model. A pure function of the
/// request: it keeps nothing, waits for nothing, and gives the same answer to the same request.
/// </summary>
public sealed class RuleAgent : ICallAgent
{
    private const int MissesBeforeHelp = 2;
    private const int SilencesBeforeGoodbye = 3;

    /// <inheritdoc/>
    public string Name => "rules";

    /// <inheritdoc/>
    public IAsyncEnumerable<AgentEvent> RespondAsync(AgentRequest request, CancellationToken cancellationToken) =>
        Respond(request).ToAsyncEnumerable();

    /// <inheritdoc/>
    public AgentState? RestoreState(string json) => RuleState.FromJson(json);

    private static List<AgentEvent> Respond(AgentRequest request)
    {
        var turn = new Turn(request);
        switch (request.Trigger)
        {
            case AgentTrigger.CallStarted:
                turn.Ask(Question.Wish, turn.Tenant.Greeting);
                turn.State = turn.State with { LastQuestion = Phrases.HowToGoOn };
                break;
            case AgentTrigger.CallResumed:
                turn.Say(Phrases.Apology);
                if (turn.State.LastQuestion is null)
                    turn.Ask(Question.Wish, Phrases.HowToGoOn);
                else
                    turn.AskAgain(aloud: true);
                break;
            case AgentTrigger.CallerSaid { Text: var text }:
                Said(turn, Utterance.Parse(text));
                break;
            case AgentTrigger.CallerPressed { Digits: var digits }:
                Pressed(turn, digits);
                break;
            case AgentTrigger.NotUnderstood { Times: var times }:
                Misunderstood(turn, times);
                break;
            case AgentTrigger.CallerSilent { Times: var times }:
                Silent(turn, times);
                break;
            case AgentTrigger.EndOfTime:
                turn.Say(Phrases.TimeUp);
                turn.Say(Phrases.Goodbye(turn.Tenant, turn.State.Turn));
                turn.HangUp();
                break;
        }

        return [.. turn.Events()];
    }

    private static void Silent(Turn turn, int times)
    {
        if (times >= SilencesBeforeGoodbye)
        {
            turn.Say(Phrases.SilentGoodbye(turn.Tenant));
            turn.HangUp();
            return;
        }

        turn.Say(Phrases.StillThere(times));
        turn.AskAgain(aloud: true);
    }

    private static void Misunderstood(Turn turn, int times)
    {
        turn.Say(Phrases.NotUnderstood(times, turn.State.Turn));
        if (times >= MissesBeforeHelp)
            turn.Say(turn.Tenant.Departments.Count > 0 ? Phrases.OrWithKeys : "");
        turn.AskAgain(aloud: times >= MissesBeforeHelp);
    }

    private static void Pressed(Turn turn, string digits)
    {
        var bare = string.Concat(digits.Where(char.IsAsciiDigit));
        var asked = turn.State.Asked;
        if (asked == Question.Phone && bare.Length > 1)
        {
            var phone = PhoneParser.ToE164(bare, turn.HomeNumber);
            TakeSlots(turn, new Slots { Phone = phone, BadPhone = phone is null ? bare : null });
        }
        else if (bare == "0")
            PersonDialogue.Ask(turn, null, now: true);
        else if (turn.State.Asked is Question.Confirm or Question.OfferedTime or Question.OfferTransfer or Question.OfferMessage or Question.OfferBooking
            && bare is "1" or "2")
            Said(turn, Utterance.Parse(bare == "1" ? "yes" : "no"));
        else if (asked is Question.PartySize or Question.Time && bare.Length is > 0 and <= 4)
            Said(turn, Utterance.Parse(bare));
        else
        {
            turn.Say(Phrases.DidNotFit(turn.State.Turn));
            turn.AskAgain(aloud: true);
        }
    }

    private static void Said(Turn turn, Utterance said)
    {
        if (said.Count == 0)
        {
            Misunderstood(turn, 1);
            return;
        }

        var reading = Reading.Of(said, turn);
        if (turn.State.Asked == Question.Message && IsDictation(reading))
        {
            MessageDialogue.Dictated(turn, said);
            return;
        }

        if (Interjection(turn, reading) || ChangesCourse(turn, reading))
            return;
        var answered = QuestionAnswers.Answer(turn, reading);
        if (reading.Unknown is { } unknown && (answered || reading.Is(Intents.Booking) || (turn.State.Task == RuleTask.Booking && !reading.Slots.IsEmpty)))
        {
            QuestionAnswers.Unknown(turn, unknown);
            turn.Say(Phrases.NotedQuestion);
            answered = true;
        }

        if (Booking(turn, reading, answered) || TakesMessage(turn, reading, answered) || AnswersOffer(turn, reading, answered))
            return;
        if (answered)
        {
            if (reading.Is(Intents.Goodbye))
                Farewell(turn, reading);
            else if (turn.State.Asked == Question.OfferBooking && reading.Is(Intents.BookingPolicy))
                return;
            else if (reading.Questions.All(q => (q.Intents & (Intents.IsThisYou | Intents.WhoAreYou)) != 0))
                turn.Ask(Question.Wish, Phrases.HowToGoOn);
            else
                turn.Ask(Question.AnythingElse, Phrases.AnythingElse(turn.State.Turn));
            return;
        }

        Closing(turn, reading);
    }

    // A dictated message may hold any words; only a short answer can mean something else.
    private static bool IsDictation(Reading reading) => reading.Said.Count > 6
        || !(reading.Is(Intents.Cancel | Intents.Repeat | Intents.Hold | Intents.Goodbye | Intents.Person | Intents.AreYouThere)
            || reading.Said.IsAny("hello") || (reading.Said.Count <= 4 && reading.YesNo == false));

    private static bool Interjection(Turn turn, Reading reading)
    {
        if (reading.Is(Intents.Repeat) && reading.Slots.IsEmpty && reading.Questions.Count == 0)
        {
            turn.Say(turn.State.LastSaid ?? Phrases.HowToGoOn);
            turn.AskAgain(aloud: false);
            return true;
        }

        if (reading.Is(Intents.AreYouThere) || (turn.State.Asked is not (Question.None or Question.Wish) && reading.Said.IsAny("hello", "hello hello", "hi")))
        {
            turn.Say(Phrases.Here);
            turn.AskAgain(aloud: true);
            return true;
        }

        if (reading.Is(Intents.Hold) && reading.Slots.IsEmpty)
        {
            turn.Say(Phrases.TakeYourTime);
            turn.AskAgain(aloud: false);
            return true;
        }

        return false;
    }

    // Wishes that end what was going on.
    private static bool ChangesCourse(Turn turn, Reading reading)
    {
        if (reading.Is(Intents.Person))
        {
            QuestionAnswers.Answer(turn, reading);
            PersonDialogue.Ask(turn, reading.Said, now: reading.Is(Intents.ConnectNow) || turn.State.Asked == Question.OfferTransfer);
            return true;
        }

        var own = turn.State.Task == RuleTask.Booking || turn.State.Booked;
        if (reading.Is(Intents.ExistingBooking) && !own)
        {
            turn.Facts = turn.Facts with { Unanswered = [.. turn.Facts.Unanswered, reading.Said.Raw] };
            turn.Wish(CallIntent.Question);
            turn.Say(Phrases.ExistingBooking);
            PersonDialogue.Offer(turn, reading.Said);
            return true;
        }

        var cancels = reading.Is(Intents.Cancel) || (own && reading.Said.Has("cancel"));
        if (!cancels || (reading.Is(Intents.Booking) && !reading.Slots.IsEmpty))
            return false;
        if (turn.State.Task == RuleTask.Message)
        {
            turn.State = turn.State with { Task = RuleTask.None };
            turn.Facts = turn.Facts with { Message = null, Intent = turn.Facts.Intent == CallIntent.Message ? CallIntent.None : turn.Facts.Intent };
            turn.Say(Phrases.MessageDropped);
        }
        else
        {
            if (own)
                BookingDialogue.Drop(turn);
            turn.Say(Phrases.BookingDropped);
        }

        if (reading.Is(Intents.Goodbye))
            Farewell(turn, reading);
        else
            turn.Ask(Question.AnythingElse, Phrases.AnythingElse(turn.State.Turn));
        return true;
    }

    private static bool Booking(Turn turn, Reading reading, bool answered)
    {
        var state = turn.State;
        var active = state.Task == RuleTask.Booking;
        var accepts = state.Asked == Question.OfferBooking && !answered && (reading.YesNo == true || IsChange(reading.Slots));
        if (!active && !state.Booked && (accepts || reading.Is(Intents.Booking) || IsBareWish(turn, reading)))
        {
            if (turn.Tenant.Booking is null)
            {
                turn.Say(Phrases.NoBookings);
                PersonDialogue.Offer(turn, null);
                return true;
            }

            BookingDialogue.Apply(turn, Context(turn, reading));
            BookingDialogue.Continue(turn, reading.Slots, answered ? "" : Phrases.Acknowledge(state.Turn));
            return true;
        }

        if (!active && !(state.Booked && (IsChange(reading.Slots) || reading.Is(Intents.Booking))))
            return false;
        return BookingTurn(turn, reading, answered);
    }

    // "Two people tonight at seven."
    private static bool IsBareWish(Turn turn, Reading reading) => turn.State.Task == RuleTask.None && turn.Tenant.Booking is not null
        && turn.State.Asked is Question.None or Question.Wish or Question.AnythingElse && !reading.Slots.When.IsEmpty
        && (reading.Slots.PartySize is not null || reading.Slots.Service is not null);

    // "I'd like to book that": the service that was just asked about.
    private static Slots Context(Turn turn, Reading reading) => reading.Slots.Service is null && turn.State.LastService is { } last
        && reading.Said.HasAny("that", "one", "it") && !BookingDialogue.IsForParty(turn.Tenant)
            ? reading.Slots with { Service = turn.Tenant.Services.FirstOrDefault(s => s.Name == last) }
            : reading.Slots;

    private static bool IsChange(Slots slots) =>
        slots.PartySize is not null || slots.Service is not null || slots.When.Day is not null || slots.When.Time is not null;

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
            var isCorrection = asked is Question.Confirm or Question.WhatToChange or Question.Name or Question.Phone or Question.AnythingElse
                && (slots.PartySize ?? (object?)slots.Service) is not null | !slots.When.IsEmpty;
            BookingDialogue.Continue(turn, slots, answered || slots.BadPhone is not null ? "" : isCorrection ? Phrases.Changed(turn.State.Turn) : Opening(turn, asked, slots));
            return true;
        }

        if (wasBooked)
            return false;
        if (answered)
        {
            // The question that was open before is still open.
            BookingDialogue.Continue(turn, slots, "");
            return true;
        }

        return BookingAnswer(turn, reading, asked);
    }

    private static string Opening(Turn turn, Question asked, Slots slots) => asked switch
    {
        Question.Name when slots.Name is not null => $"Thank you, {slots.Name.Split(' ')[0]}.",
        Question.Phone when slots.Phone is not null => "Thank you.",
        _ => Phrases.Acknowledge(turn.State.Turn),
    };

    // What was said holds no piece of the booking.
    private static bool BookingAnswer(Turn turn, Reading reading, Question asked)
    {
        if (asked is Question.Confirm && (reading.YesNo == true || (reading.YesNo is null && reading.Said.HasAny("that's it", "that's all", "that's everything"))))
        {
            BookingDialogue.Confirm(turn);
            if (reading.Said.HasAny("bye", "goodbye", "good bye"))
                Farewell(turn, reading);
            else
                turn.Ask(Question.AnythingElse, Phrases.AnythingElse(turn.State.Turn));
            return true;
        }

        if (reading.Is(Intents.Goodbye) || reading.Is(Intents.Message) || asked is Question.OfferTransfer or Question.OfferMessage)
            return false;
        if (asked is Question.Confirm or Question.WhatToChange && BookingDialogue.AskNamedPiece(turn, reading.Said))
            return true;
        if (asked is Question.Confirm && reading.YesNo == false)
        {
            turn.Ask(Question.WhatToChange, Phrases.WhatToChange);
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
            turn.Ask(Question.Time, Phrases.OtherTime(turn.State.Turn));
            return true;
        }

        // A caller who would rather not give a number is not pressed.
        if (asked == Question.Phone && (reading.YesNo == false || reading.Said.HasAny("don't have", "rather not")))
        {
            turn.State = turn.State with { PhoneSettled = true };
            BookingDialogue.Continue(turn, reading.Slots, Phrases.Changed(turn.State.Turn));
            return true;
        }

        NotFitting(turn, reading);
        return true;
    }

    private static void NotFitting(Turn turn, Reading reading)
    {
        if (reading.Unknown is { } question)
        {
            QuestionAnswers.Unknown(turn, question);
            turn.Say(Phrases.NotedQuestion);
            turn.AskAgain(aloud: true);
            return;
        }

        turn.State = turn.State with { Misses = turn.State.Misses + 1 };
        turn.Say(turn.State.Asked == Question.Name ? Phrases.NameAgain : Phrases.DidNotFit(turn.State.Turn));
        if (turn.State.Misses >= MissesBeforeHelp && turn.Tenant.Departments.Count > 0)
            turn.Say(Phrases.OrPerson);
        turn.AskAgain(aloud: turn.State.Asked != Question.Name);
    }

    private static bool TakesMessage(Turn turn, Reading reading, bool answered)
    {
        var asked = turn.State.Asked;
        if (reading.Is(Intents.Message) && turn.State.Task != RuleTask.Message)
        {
            MessageDialogue.Start(turn, reading.Said);
            return true;
        }

        if (turn.State.Task != RuleTask.Message || asked is not (Question.Name or Question.Phone or Question.Message))
            return false;
        if (!reading.Slots.IsEmpty && (reading.Slots.Name ?? reading.Slots.Phone ?? reading.Slots.BadPhone) is not null)
        {
            TakeSlots(turn, reading.Slots);
            return true;
        }

        if (answered)
        {
            turn.AskAgain(aloud: true);
            return true;
        }

        if (reading.Is(Intents.Goodbye))
            return false;
        if (asked is Question.Message)
        {
            // A short "no": nothing to pass on after all.
            turn.State = turn.State with { Task = RuleTask.None };
            turn.Facts = turn.Facts with { Intent = turn.Facts.Intent == CallIntent.Message ? CallIntent.None : turn.Facts.Intent };
            turn.Say(Phrases.MessageDropped);
            turn.Ask(Question.AnythingElse, Phrases.AnythingElse(turn.State.Turn));
            return true;
        }

        if (asked is Question.Phone && reading.YesNo == false)
        {
            turn.State = turn.State with { PhoneSettled = true };
            MessageDialogue.Continue(turn);
            return true;
        }

        NotFitting(turn, reading);
        return true;
    }

    private static void TakeSlots(Turn turn, Slots slots)
    {
        BookingDialogue.Apply(turn, new Slots { Name = slots.Name, Phone = slots.Phone, BadPhone = slots.BadPhone });
        if (turn.State.Task == RuleTask.Booking)
            BookingDialogue.Continue(turn, slots, "");
        else
            MessageDialogue.Continue(turn, slots.BadPhone is not null);
    }

    private static bool AnswersOffer(Turn turn, Reading reading, bool answered)
    {
        if (answered || reading.YesNo is not { } yes || reading.Unknown is not null)
            return false;
        var talksOn = turn.State.Asked switch
        {
            Question.OfferTransfer when yes => Do(() => PersonDialogue.Accept(turn, reading.Said)),
            Question.OfferTransfer when !reading.Is(Intents.Goodbye) => Do(() => turn.Ask(Question.OfferMessage, Phrases.MessageInstead)),
            Question.OfferMessage when yes => Do(() => MessageDialogue.Start(turn, null)),
            Question.OfferMessage when !reading.Is(Intents.Goodbye) => Do(() => GiveUpOffer(turn)),
            Question.OfferBooking when !reading.Is(Intents.Goodbye) => Do(() => GiveUpOffer(turn)),
            _ => false,
        };
        return talksOn;
    }

    private static bool Do(Action action)
    {
        action();
        return true;
    }

    private static void GiveUpOffer(Turn turn)
    {
        turn.State = turn.State with { Task = RuleTask.None };
        turn.Ask(Question.AnythingElse, Phrases.AnythingElse(turn.State.Turn));
    }

    // Nothing is in progress: greeting, thanks, goodbye, yes or no to "anything else?", or something that was not understood.
    private static void Closing(Turn turn, Reading reading)
    {
        var (asked, state) = (turn.State.Asked, turn.State);
        if (reading.Unknown is null && QuestionAnswers.FollowUp(turn, reading))
            turn.Ask(Question.AnythingElse, Phrases.AnythingElse(state.Turn));
        else if (reading.Is(Intents.Goodbye) || (asked == Question.AnythingElse && reading.YesNo == false))
            Farewell(turn, reading);
        else if (QuestionAnswers.FollowUp(turn, reading))
            turn.Ask(Question.AnythingElse, Phrases.AnythingElse(state.Turn));
        else if (reading.Said.HasAny("have a question", "ask you something", "ask a question", "ask something") && !reading.Said.Has("about"))
            turn.Ask(Question.Wish, Phrases.GoAhead);
        else if (reading.Unknown is { } question)
        {
            QuestionAnswers.Unknown(turn, question);
            turn.Ask(Question.OfferMessage, Phrases.OfferMessage);
        }
        else if (reading.Is(Intents.Thanks))
        {
            turn.Say(Phrases.Welcome(state.Turn));
            if (state.Booked || turn.Facts.Message is not null)
                Farewell(turn, reading);
            else
                turn.Ask(Question.AnythingElse, Phrases.AnythingElse(state.Turn));
        }
        else if (reading.Is(Intents.Greeting) && reading.Said.Count <= 4)
        {
            turn.Say(Phrases.Hello(state.Turn));
            turn.Ask(Question.Wish, Phrases.HowToGoOn);
        }
        else if (asked == Question.AnythingElse && reading.YesNo == true)
            turn.Ask(Question.Wish, Phrases.YesWhat(state.Turn));
        else
        {
            turn.State = state with { Misses = state.Misses + 1 };
            turn.Say(Phrases.DidNotFit(state.Turn));
            if (asked is Question.None or Question.Wish or Question.AnythingElse)
                turn.Ask(Question.Wish, Phrases.CanDo(turn.Tenant));
            else
                turn.AskAgain(aloud: true);
        }
    }

    private static void Farewell(Turn turn, Reading reading)
    {
        if (turn.State.Task == RuleTask.Booking)
            turn.Say(Phrases.NothingBooked);
        else if (reading.Is(Intents.Thanks) && !turn.HasWords && !reading.Said.HasAny("no thanks", "no thank you"))
            turn.Say(Phrases.Welcome(turn.State.Turn));
        turn.Say(Phrases.Goodbye(turn.Tenant, turn.State.Turn));
        turn.HangUp();
    }
}
