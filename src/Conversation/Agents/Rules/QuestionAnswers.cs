using NodaTime;
using Parley.Conversation.Agents.Rules.Nlu;
using Parley.Conversation.Escalations;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Answers questions about the business from what the tenant wrote down, and says plainly when it is not there.</summary>
internal static class QuestionAnswers
{
    /// <summary>Answers everything that was asked. True when something was.</summary>
    public static bool Answer(Turn turn, Reading reading)
    {
        // Whether to make a booking is asked behind everything else.
        var asksBack = reading.Questions.Any(static q => (q.Intents & Intents.BookingPolicy) != 0);
        if (asksBack)
            Say(turn, reading.Facts);
        foreach (var (clause, intents) in reading.Questions)
            AnswerOne(turn, clause, intents, isAnswered: asksBack && reading.Facts.Count > 0);
        if (!asksBack)
            Say(turn, reading.Facts);
        if (reading.Questions.Count > 0)
            turn.Wish(CallIntent.Question);
        return reading.Questions.Count > 0;
    }

    /// <summary>"And on Monday?", "and the tiramisu?", "do you do beard trims?": a question by what was talked about. True when answered.</summary>
    public static bool FollowUp(Turn turn, Reading reading)
    {
        if (turn.State.LastTopic == "hours" && reading.Slots.When is { Day: not null } && turn.Tenant.Hours.IsKnown)
        {
            turn.Wish(CallIntent.Question);
            Hours(turn, reading.Said);
            return true;
        }

        var services = ServiceMatcher.Find(reading.Said, turn.Tenant.Services);
        var asks = IntentClassifier.IsQuestion(reading.Said) || reading.Said.HasQuestionMark;
        if (services.Count == 0 || !(asks || turn.State.LastTopic == "price") || !ServiceMatcher.IsOnlyAbout(reading.Said, services))
            return false;
        if (reading.Said.HasAny("do you do", "do you have", "do you offer", "do you sell", "do you serve", "have you got"))
            turn.Say(turn.Phrases.YesWeDo);
        turn.Wish(CallIntent.Question);
        Price(turn, services);
        return true;
    }

    /// <summary>Answers a question from the tenant's documents, or notes it and says that it is not known. True when it is answered.</summary>
    public static bool Unknown(Turn turn, string question)
    {
        // "No, don't connect me" answers an offer.
        var asks = IntentClassifier.IsQuestion(turn.Hear(question)) || turn.State.LastTopic is "price";
        if (asks && turn.State.Asked is not (Question.OfferTransfer or Question.OfferMessage or Question.OfferBooking))
            turn.Open.Add(question);
        turn.Wish(CallIntent.Question);
        if (turn.Found?.GetValueOrDefault(question) is { } found)
        {
            var threshold = turn.Tenant.Agent?.Confidence ?? AgentSettings.DefaultConfidence;
            if (found.Confidence >= threshold && found.Passages is [var best, ..] && PassageAnswer.Of(best, question, turn) is { } words)
            {
                turn.Topic(best.Source);
                turn.Say(words);
                return true;
            }

            turn.Escalate(EscalationReason.LowConfidence, $"The agent could not answer: {question}");
        }

        if (!turn.Facts.Unanswered.Contains(question))
            turn.Facts = turn.Facts with { Unanswered = [.. turn.Facts.Unanswered, question] };
        turn.Say(asks ? turn.Phrases.DontKnow : turn.Phrases.CantHelp);
        return false;
    }

    private static void Say(Turn turn, IReadOnlyList<Fact> facts)
    {
        foreach (var fact in facts)
        {
            turn.Topic(fact.Topic);
            turn.Say(fact.Answer);
        }
    }

    private static void AnswerOne(Turn turn, Utterance clause, Intents intents, bool isAnswered)
    {
        var tenant = turn.Tenant;
        if ((intents & Intents.IsThisYou) != 0)
            turn.Say(turn.Phrases.ThisIs(tenant));
        else if ((intents & Intents.IsSomebodyElse) != 0)
            turn.Say(turn.Phrases.ThisIsNot(tenant));
        else if ((intents & Intents.WhoAreYou) != 0)
            turn.Say(turn.Phrases.WhoIAm(tenant));
        if ((intents & Intents.TimeNow) != 0)
            turn.Say(turn.Phrases.TimeNow(turn.LocalNow));
        if ((intents & Intents.Hours) != 0)
        {
            if (tenant.Hours.IsKnown)
                Hours(turn, clause);
            else
                Missing(turn, clause);
        }

        if ((intents & Intents.Price) != 0)
        {
            var services = ServiceMatcher.Find(clause, tenant.Services);
            if (services.Count == 0 && (turn.Facts.Service ?? turn.State.LastService) is { } known)
                services = [.. tenant.Services.Where(s => s.Name == known)];
            if (services.Count > 0)
                Price(turn, services);
            else if (clause.Count > 4 || tenant.Services.Count == 0)
                Missing(turn, clause);
            else
                Price(turn, tenant.Services);
        }

        if ((intents & Intents.Address) != 0)
        {
            turn.Topic("address");
            if (tenant.Address is { } address)
                turn.Say(turn.Phrases.Address(address));
            else
                Missing(turn, clause);
        }

        if ((intents & Intents.Services) != 0)
        {
            turn.Topic("services");
            if (tenant.Services.Count > 0)
                turn.Say(turn.Phrases.Services(tenant));
            else
                Missing(turn, clause);
        }

        if ((intents & Intents.BusinessPhone) != 0)
        {
            turn.Topic("phone");
            turn.Say(turn.Phrases.Number(turn.Phrases.Spoken.Phone(turn.HomeNumber, PhoneParser.CountryCode(turn.HomeNumber))));
        }

        if ((intents & Intents.BookingPolicy) != 0)
        {
            turn.Topic("booking");
            if (tenant.Booking is null)
                turn.Say(turn.Phrases.NoBookings);
            else if (isAnswered)
                turn.Ask(Question.OfferBooking, turn.Phrases.CanBook);
            else if (clause.HasAny("do you take", "do you accept") && !clause.HasAny("walk ins", "walk in", "walkins", "take walk"))
                turn.Ask(Question.OfferBooking, turn.Phrases.OfferBooking);
            else
            {
                // Whether one is needed is for the business to say.
                Missing(turn, clause);
                turn.Ask(Question.OfferBooking, turn.Phrases.CanBookNow);
            }
        }
    }

    private static void Missing(Turn turn, Utterance clause) => Unknown(turn, clause.Raw);

    private static void Price(Turn turn, IReadOnlyList<Service> services)
    {
        turn.Topic("price");
        turn.State = turn.State with { LastService = services.Count == 1 ? services[0].Name : null };
        var priced = services.Where(s => s.Price is not null).ToList();
        if (services.Count == 1 || priced.Count == 0)
            turn.Say(turn.Phrases.Price(services[0]));
        else
            turn.Say(turn.Phrases.WhichPrice(priced));
    }

    private static void Hours(Turn turn, Utterance clause)
    {
        turn.Topic("hours");
        var (tenant, today) = (turn.Tenant, turn.Today);
        var when = Reading.WhenIn(clause, turn);
        if (clause.HasAny("now", "still open", "currently", "at the moment") || clause.IsAny("are you open"))
            Now(turn);
        else if (when is { Time: { } time })
        {
            var day = when.Day ?? today;
            var asked = Candidates(day, time).FirstOrDefault(tenant.Hours.IsOpen, Candidates(day, time)[^1]);
            turn.Say(turn.Phrases.OpenAt(asked, tenant.Hours.IsOpen(asked), today));
            if (!tenant.Hours.IsOpen(asked))
                turn.Say(Phrases.Capital(turn.Phrases.HoursOn(tenant, day, today)));
        }
        else if (Days(turn, clause) is { Count: > 0 } days)
        {
            foreach (var day in days)
                turn.Say(Phrases.Capital(turn.Phrases.HoursOn(tenant, day, today)));
        }
        else if (clause.HasAny("how late", "what time do you close", "when do you close", "what time do you open", "when do you open", "until when"))
            turn.Say(Phrases.Capital(turn.Phrases.HoursOn(tenant, today, today)));
        else
            turn.Say(turn.Phrases.Hours(tenant));
    }

    // "on Friday and Saturday", "at the weekend", or the day of the booking that is being made.
    private static List<LocalDate> Days(Turn turn, Utterance clause)
    {
        var days = new List<LocalDate>();
        for (var i = 0; i < clause.Count && days.Count < 3; i++)
        {
            if (!DayParser.TryRead(clause.Tokens, i, turn.Today, out var named, out var length))
                continue;
            if (!days.Contains(named.Date))
                days.Add(named.Date);
            i += length - 1;
        }

        if (days.Count == 0 && clause.HasAny("weekend", "weekends"))
            days.AddRange([turn.Today.PlusDays(-1).Next(IsoDayOfWeek.Saturday), turn.Today.PlusDays(-1).Next(IsoDayOfWeek.Sunday)]);
        if (days.Count == 0 && clause.Has("times") && turn.State is { Task: RuleTask.Booking, Day: { } wished })
            days.Add(LocalDate.FromDateOnly(wished));
        return days;
    }

    private static void Now(Turn turn)
    {
        var (hours, now) = (turn.Tenant.Hours, turn.LocalNow);
        if (hours.IsOpen(now))
        {
            var span = hours.On(now.Date).Concat(hours.On(now.Date.PlusDays(-1)))
                .First(s => now.TimeOfDay < s.Close || s.Close <= s.Open);
            turn.Say(turn.Phrases.OpenNow(span.Close));
            return;
        }

        turn.Say(turn.Phrases.ClosedNow);
        var later = hours.On(now.Date).FirstOrDefault(s => s.Open > now.TimeOfDay);
        if (later is not null)
            turn.Say(turn.Phrases.OpensAt(now.Date, later.Open, now.Date));
        else if (turn.Calendar.NextOpenDay(now.Date) is { } next)
            turn.Say(turn.Phrases.OpensAt(next, hours.On(next).First().Open, now.Date));
    }

    private static LocalDateTime[] Candidates(LocalDate day, ClockTime time) => time.Certain
        ? [day + new LocalTime(time.Hour, time.Minute)]
        : [day + new LocalTime(time.Hour % 12, time.Minute), day + new LocalTime(time.Hour % 12 + 12, time.Minute)];
}
