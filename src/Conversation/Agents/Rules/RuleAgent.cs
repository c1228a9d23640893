using System.Runtime.CompilerServices;
using Parley.Conversation.Agents.Rules.Nlu;
using Parley.Conversation.Flags;
using Parley.Conversation.Rag;
using Parley.Conversation.Tools;

namespace Parley.Conversation.Agents.Rules;

/// <summary>
/// The embedded receptionist: books, answers, connects and takes messages by rules, without any model, in the tenant's
/// language where it is English, Spanish, Russian or Hebrew, and in English elsewhere; it follows a caller into another of these that the tenant's features
/// leave on. Keeps nothing, and gives the same
/// answer to the same request: what it does not know it looks up in the tenant's documents, and what is booked is booked by the request's tools.
/// </summary>
/// <param name="knowledge">What tenants' documents say; null where there are none.</param>
public sealed class RuleAgent(IKnowledge? knowledge = null) : ICallAgent
{
    private const int SilencesBeforeGoodbye = 3;
    private const int MostQuestions = 3;
    private const int MostRuns = 6;

    /// <inheritdoc/>
    public string Name => "rules";

    /// <inheritdoc/>
    public async IAsyncEnumerable<AgentEvent> RespondAsync(AgentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var turn = Respond(request, null, null);
        ToolResult? wares = null;
        if (turn.Product is { } product && request.Tools is { } catalogue)
        {
            wares = await catalogue.RunAsync(CatalogueAnswers.Tool, CatalogueAnswers.Arguments(product), request, turn.Facts, cancellationToken);
            turn = Respond(request, null, wares);
        }

        if (turn.Open.Count > 0 && knowledge is not null && request.Features.Has(Features.Knowledge))
        {
            // What is answered changes how the conversation goes on: the turn is taken again.
            var found = new Dictionary<string, KnowledgeAnswer>(StringComparer.Ordinal);
            foreach (var question in turn.Open.Distinct().Take(MostQuestions))
                found[question] = await knowledge.FindAsync(new KnowledgeQuery(request.Call.Tenant.Id, question, turn.Language, Meter: request.Meter), cancellationToken);
            turn = Respond(request, found, wares);
        }

        for (var runs = 0; turn.Pending is { } pending && request.Tools is { } tools; runs++)
        {
            turn.Resume(runs < MostRuns
                ? await tools.RunAsync(pending.Name, pending.Arguments, request, turn.Facts, cancellationToken)
                : ToolResult.Failure(ToolError.Limit, "Too many tools in one answer."));
        }

        foreach (var one in turn.Events())
            yield return one;
    }

    /// <inheritdoc/>
    public AgentState? RestoreState(string json) => RuleState.FromJson(json);

    private static Turn Respond(AgentRequest request, IReadOnlyDictionary<string, KnowledgeAnswer>? found, ToolResult? wares)
    {
        var turn = new Turn(request) { Found = found, Wares = wares };
        switch (request.Trigger)
        {
            case AgentTrigger.CallStarted:
                turn.Ask(Question.Wish, turn.Tenant.Greeting);
                turn.State = turn.State with { LastQuestion = turn.Phrases.HowToGoOn };
                break;
            case AgentTrigger.CallResumed { Reason: ResumeReason.TransferFailed }:
                PersonDialogue.NobodyAnswered(turn);
                break;
            case AgentTrigger.CallResumed:
                turn.Say(turn.Phrases.Apology);
                if (turn.State.LastQuestion is null)
                    turn.Ask(Question.Wish, turn.Phrases.HowToGoOn);
                else
                    turn.AskAgain(aloud: true);
                break;
            case AgentTrigger.CallerSaid { Text: var text }:
                Said(turn, turn.Hear(text));
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
                turn.Say(turn.Phrases.TimeUp);
                turn.Say(turn.Phrases.Goodbye(turn.Tenant, turn.State.Turn));
                turn.HangUp();
                break;
        }

        return turn;
    }

    private static void Silent(Turn turn, int times)
    {
        if (times >= SilencesBeforeGoodbye)
        {
            turn.Say(turn.Phrases.SilentGoodbye(turn.Tenant));
            turn.HangUp();
            return;
        }

        turn.Say(turn.Phrases.StillThere(times));
        turn.AskAgain(aloud: true);
    }

    private static void Misunderstood(Turn turn, int times)
    {
        if (turn.Mood.WantPerson)
        {
            turn.Say(turn.Phrases.Sorry);
            PersonDialogue.Offer(turn, null);
            return;
        }

        turn.Say(turn.Phrases.NotUnderstood(times, turn.State.Turn));
        if (times >= Courtesies.MissesBeforeHelp)
            turn.Say(turn.Departments.Count > 0 ? turn.Phrases.OrWithKeys : "");
        turn.AskAgain(aloud: times >= Courtesies.MissesBeforeHelp);
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
            turn.Say(turn.Phrases.DidNotFit(turn.State.Turn));
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
        if (SpeaksOtherwise(turn, said))
            return;
        if (turn.State.Asked == Question.Message && IsDictation(reading))
        {
            MessageDialogue.Dictated(turn, said);
            return;
        }

        if (OwnBookings.Answers(turn, reading) || Courtesies.Interjection(turn, reading) || ChangesCourse(turn, reading) || Courtesies.Soothed(turn, reading)
            || CatalogueAnswers.Answer(turn, reading))
            return;
        var answered = QuestionAnswers.Answer(turn, reading);
        if (reading.Unknown is { } unknown && (answered || reading.Is(Intents.Booking) || (turn.State.Task == RuleTask.Booking && !reading.Slots.IsEmpty)))
        {
            if (!QuestionAnswers.Unknown(turn, unknown))
                turn.Say(turn.Phrases.NotedQuestion);
            answered = true;
        }

        if (BookingTurns.Handle(turn, reading, answered) || TakesMessage(turn, reading, answered) || AnswersOffer(turn, reading, answered))
            return;
        if (answered)
        {
            // Who asks something behind it did not say "bye": a greeting was misheard.
            if (reading.Is(Intents.Goodbye) && !reading.Said.StartsWithAny("bye", "goodbye"))
                Courtesies.Farewell(turn, reading);
            else if (turn.State.Asked == Question.OfferBooking && reading.Is(Intents.BookingPolicy))
                return;
            else if (reading.Questions.All(q => (q.Intents & (Intents.IsThisYou | Intents.WhoAreYou | Intents.IsSomebodyElse)) != 0))
                turn.Ask(Question.Wish, turn.Phrases.HowToGoOn);
            else
                turn.Ask(Question.AnythingElse, turn.Phrases.AnythingElse(turn.State.Turn));
            return;
        }

        Courtesies.Closing(turn, reading);
    }

    private static bool SpeaksOtherwise(Turn turn, Utterance said)
    {
        // A yes in another language is one all the same, and so is "a person".
        if (turn.State.Asked is Question.OfferTransfer or Question.OfferMessage && YesNo.Read(said) is null
            && Utterance.Parse(said.Raw, HeardWords.Spoken(said.Raw, turn.LanguageOff ?? turn.Language)) is var other
            && (YesNo.Read(other) == true || (turn.LanguageOff is not null && (IntentClassifier.Classify(other, turn.Tenant) & Intents.Person) != 0)))
        {
            if (turn.State.Asked == Question.OfferTransfer)
                PersonDialogue.Accept(turn, said);
            else
                MessageDialogue.Start(turn, null);
            return true;
        }

        if (turn.LanguageOff is not { } off || turn.State.Task == RuleTask.Message)
            return false;
        turn.Say(turn.State.Language is null ? turn.Phrases.OnlyThisLanguage : turn.Phrases.CantSpeak);
        PersonDialogue.Offer(turn, Utterance.Parse(said.Raw, off));
        return true;
    }

    // A dictated message may hold any words; only a short answer can mean something else.
    private static bool IsDictation(Reading reading) => reading.Said.Count > 6
        || !(reading.Is(Intents.Cancel | Intents.Repeat | Intents.Hold | Intents.Goodbye | Intents.Person | Intents.AreYouThere)
            || reading.Said.IsAny("hello") || (reading.Said.Count <= 4 && reading.YesNo == false));

    // Wishes that end what was going on.
    private static bool ChangesCourse(Turn turn, Reading reading)
    {
        if (reading.Is(Intents.Person))
        {
            QuestionAnswers.Answer(turn, reading);
            PersonDialogue.Ask(turn, reading.Said, now: reading.Is(Intents.ConnectNow) || turn.State.Asked == Question.OfferTransfer);
            return true;
        }

        if (reading.Is(Intents.OthersBooking))
        {
            turn.Wish(CallIntent.Question);
            turn.Say(turn.Phrases.OthersBooking);
            PersonDialogue.Offer(turn, null);
            return true;
        }

        var own = turn.State.Task == RuleTask.Booking || turn.State.Booked;
        if (reading.Is(Intents.ExistingBooking) && !own && OwnBookings.Handles(turn))
        {
            OwnBookings.Start(turn, reading);
            return true;
        }

        if (reading.Is(Intents.ExistingBooking) && !own)
        {
            turn.Facts = turn.Facts with { Unanswered = [.. turn.Facts.Unanswered, reading.Said.Raw] };
            turn.Wish(CallIntent.Question);
            turn.Say(turn.Phrases.ExistingBooking);
            PersonDialogue.Offer(turn, reading.Said);
            return true;
        }

        var cancels = reading.Is(Intents.Cancel) || (own && reading.Said.Has("cancel"));
        if (!cancels || (reading.Is(Intents.Booking) && !reading.Slots.IsEmpty))
            return false;
        if (turn.State.Task == RuleTask.Message)
        {
            turn.State = turn.State with { Task = RuleTask.None };
            turn.Facts = turn.Facts with { Message = null, CallBackFor = null, Intent = turn.Facts.Intent == CallIntent.Message ? CallIntent.None : turn.Facts.Intent };
            turn.Say(turn.Phrases.MessageDropped);
        }
        else
        {
            // What is booked is cancelled only once that was read back.
            if (turn.State is { BookedFor: { } booked } && OwnBookings.Handles(turn))
            {
                OwnBookings.CancelMade(turn, booked);
                return true;
            }

            if (own)
                BookingDialogue.Drop(turn);
            turn.Say(own ? turn.Phrases.BookingDropped : turn.Phrases.Fine);
        }

        if (reading.Is(Intents.Goodbye))
            Courtesies.Farewell(turn, reading);
        else
            turn.Ask(Question.AnythingElse, turn.Phrases.AnythingElse(turn.State.Turn));
        return true;
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
            turn.Say(turn.Phrases.MessageDropped);
            turn.Ask(Question.AnythingElse, turn.Phrases.AnythingElse(turn.State.Turn));
            return true;
        }

        if (asked is Question.Phone && reading.YesNo == false)
        {
            turn.State = turn.State with { PhoneSettled = true };
            MessageDialogue.Continue(turn);
            return true;
        }

        Courtesies.NotFitting(turn, reading);
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
            Question.OfferTransfer when !reading.Is(Intents.Goodbye) => Do(() => turn.Ask(Question.OfferMessage, turn.Phrases.MessageInstead)),
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
        turn.Ask(Question.AnythingElse, turn.Phrases.AnythingElse(turn.State.Turn));
    }
}
