using Parley.Conversation.Agents.Rules.Nlu;

namespace Parley.Conversation.Agents.Rules;

/// <summary>What is said around the business of a call: repeating, waiting, thanks, farewells, and admitting that nothing was understood.</summary>
internal static class Courtesies
{
    /// <summary>Answers in a row that did not fit before a person is offered.</summary>
    public const int MissesBeforeHelp = 2;

    private static readonly string[] Complaint =
        ["terrible", "awful", "horrible", "disappointed", "disappointing", "unacceptable", "disgusting", "rude", "waited", "cold food", "not happy", "unhappy", "annoying", "annoyed"];

    public static bool Interjection(Turn turn, Reading reading)
    {
        if (reading.Is(Intents.Repeat) && reading.Slots.IsEmpty && reading.Questions.Count == 0)
        {
            turn.Say(turn.State.LastSaid ?? turn.Phrases.HowToGoOn);
            turn.AskAgain(aloud: false);
            return true;
        }

        if (reading.Is(Intents.AreYouThere) || (turn.State.Asked is not (Question.None or Question.Wish) && reading.Said.IsAny("hello", "hello hello", "hi")))
        {
            turn.Say(turn.Phrases.Here);
            turn.AskAgain(aloud: true);
            return true;
        }

        if (reading.Is(Intents.Hold) && reading.Slots.IsEmpty)
        {
            turn.Say(turn.Phrases.TakeYourTime);
            turn.AskAgain(aloud: false);
            return true;
        }

        return false;
    }

    /// <summary>
    /// Apologises to a caller who has become angry or is not understood, and offers a person; in the middle of a booking or of a message only in passing,
    /// since what was just said may be part of it.
    /// </summary>
    public static bool Soothed(Turn turn, Reading reading)
    {
        if (!turn.Mood.WantPerson)
            return false;
        turn.Say(turn.Phrases.Sorry);
        if (turn.Mood.Angry && reading.Unknown is null)
        {
            // Whoever reads of the call is to know what the caller complained of.
            turn.Facts = turn.Facts with { Unanswered = [.. turn.Facts.Unanswered, reading.Said.Raw] };
            turn.Wish(CallIntent.Question);
        }

        // "Last night" and "after two days" are no pieces of a booking.
        var books = turn.Tenant.Booking is not null && (reading.Is(Intents.Booking) || (reading.Slots.PartySize ?? (object?)reading.Slots.Service) is not null);
        if (turn.State.Task != RuleTask.None || books)
        {
            turn.Say(turn.Departments.Count > 0 ? turn.Phrases.OrPerson : "");
            return false;
        }

        PersonDialogue.Offer(turn, reading.Said);
        return true;
    }

    // Nothing is in progress: greeting, thanks, goodbye, yes or no to "anything else?", or something that was not understood.
    public static void Closing(Turn turn, Reading reading)
    {
        var (asked, state) = (turn.State.Asked, turn.State);
        if (reading.Unknown is null && QuestionAnswers.FollowUp(turn, reading))
            turn.Ask(Question.AnythingElse, turn.Phrases.AnythingElse(state.Turn));
        else if (reading.Is(Intents.Goodbye) || (asked == Question.AnythingElse && reading.YesNo == false))
            Farewell(turn, reading);
        else if (QuestionAnswers.FollowUp(turn, reading))
            turn.Ask(Question.AnythingElse, turn.Phrases.AnythingElse(state.Turn));
        else if (IntentClassifier.IsPleasantry(reading.Said))
        {
            turn.Say(turn.Phrases.FineThanks);
            turn.Ask(Question.Wish, turn.Phrases.HowToGoOn);
        }
        else if (reading.Said.HasAny("have a question", "ask you something", "ask a question", "ask something") && !reading.Said.Has("about"))
            turn.Ask(Question.Wish, turn.Phrases.GoAhead);
        else if (reading.Unknown is { } question)
        {
            if (QuestionAnswers.Unknown(turn, question))
                turn.Ask(Question.AnythingElse, turn.Phrases.AnythingElse(state.Turn));
            else if (turn.Found is not null)
                PersonDialogue.Offer(turn, null);
            else
                turn.Ask(Question.OfferMessage, turn.Phrases.OfferMessage);
        }
        else if (reading.Is(Intents.Thanks))
        {
            turn.Say(turn.Phrases.Welcome(state.Turn));
            if (state.Booked || turn.Facts.Message is not null)
                Farewell(turn, reading);
            else
                turn.Ask(Question.AnythingElse, turn.Phrases.AnythingElse(state.Turn));
        }
        else if (reading.Is(Intents.Greeting) && reading.Said.Count <= 4)
        {
            turn.Say(turn.Phrases.Hello(state.Turn));
            turn.Ask(Question.Wish, turn.Phrases.HowToGoOn);
        }
        else if (asked == Question.AnythingElse && reading.YesNo == true)
            turn.Ask(Question.Wish, turn.Phrases.YesWhat(state.Turn));
        else
        {
            turn.State = state with { Misses = state.Misses + 1 };
            turn.Say(turn.Phrases.DidNotFit(state.Turn));
            if (asked is Question.None or Question.Wish or Question.AnythingElse)
                turn.Ask(Question.Wish, turn.Phrases.CanDo(turn.Tenant));
            else
                turn.AskAgain(aloud: true);
        }
    }

    public static void Farewell(Turn turn, Reading reading)
    {
        if (turn.State.Task == RuleTask.Booking)
            turn.Say(turn.Phrases.NothingBooked);
        else if (reading.Is(Intents.Thanks) && !turn.HasWords && !reading.Said.HasAny("no thanks", "no thank you"))
            turn.Say(turn.Phrases.Welcome(turn.State.Turn));
        turn.Say(turn.Phrases.Goodbye(turn.Tenant, turn.State.Turn));
        turn.HangUp();
    }

    public static void NotFitting(Turn turn, Reading reading)
    {
        if (reading.Unknown is { } question)
        {
            if (!QuestionAnswers.Unknown(turn, question))
                turn.Say(turn.Phrases.NotedQuestion);
            turn.AskAgain(aloud: true);
            return;
        }

        if (turn.State.Asked == Question.Name && reading.Said.HasAny(Complaint))
        {
            // What went wrong before is for the staff to read; the booking goes on.
            turn.Facts = turn.Facts with { Unanswered = [.. turn.Facts.Unanswered, reading.Said.Raw] };
            turn.Say(turn.Phrases.Sorry);
            turn.AskAgain(aloud: true);
            return;
        }

        turn.State = turn.State with { Misses = turn.State.Misses + 1 };
        turn.Say(turn.State.Asked == Question.Name ? turn.Phrases.NameAgain : turn.Phrases.DidNotFit(turn.State.Turn));
        if (turn.State.Misses >= MissesBeforeHelp && turn.Departments.Count > 0)
            turn.Say(turn.Phrases.OrPerson);
        turn.AskAgain(aloud: turn.State.Asked != Question.Name);
    }
}
