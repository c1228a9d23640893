using Parley.Conversation.Agents.Rules.Nlu;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Rules;

/// <summary>Everything that was understood of one utterance, in the light of the open question.</summary>
internal sealed record Reading
{
    public required Utterance Said { get; init; }

    public required Intents Intents { get; init; }

    public required Slots Slots { get; init; }

    /// <summary>The clauses that ask about the business, with what they ask.</summary>
    public required IReadOnlyList<(Utterance Clause, Intents Intents)> Questions { get; init; }

    /// <summary>Prepared answers whose keywords occur.</summary>
    public required IReadOnlyList<Fact> Facts { get; init; }

    /// <summary>A question that nothing here answers, in the caller's words.</summary>
    public string? Unknown { get; init; }

    public bool? YesNo { get; init; }

    public bool Is(Intents intent) => (Intents & intent) != 0;

    public static Reading Of(Utterance said, Turn turn)
    {
        var tenant = turn.Tenant;
        var asked = turn.State.Asked;
        var booking = turn.State.Task == RuleTask.Booking;
        var intents = IntentClassifier.Classify(said, tenant) & ~Intents.Info & ~Intents.Booking;
        var questions = new List<(Utterance, Intents)>();
        var facts = new List<Fact>();
        var rest = new List<Token>();
        string? unknown = null;
        foreach (var clause in said.Clauses())
        {
            var here = IntentClassifier.Classify(clause, tenant);
            intents |= here & ~Intents.Info;
            var isQuestion = IntentClassifier.IsQuestion(clause);
            var matched = (here & Intents.Booking) == 0 && (isQuestion || (asked is not Question.Name && clause.Count <= 4))
                ? FactsIn(clause, tenant) : [];
            var asks = (here & (Intents.Info & ~Intents.Booking)) != 0 && ((here & Intents.Booking) == 0 || (here & Intents.BookingPolicy) != 0)
                && !(asked is Question.Name && !isQuestion && clause.Count <= 3);
            if (asks || matched.Count > 0)
            {
                intents |= asks ? here & Intents.Info : 0;
                // Hours and prices are the business's own answer; a prepared one is more particular.
                questions.Add((clause, matched.Count > 0 && (here & (Intents.Address | Intents.Services)) != 0 ? here & ~(Intents.Address | Intents.Services) : here));
                facts.AddRange(matched.Where(f => !facts.Contains(f)));
            }
            else
            {
                rest.AddRange(clause.Tokens);
                if (asked != Question.Name || isQuestion)
                    unknown ??= IsUnknown(clause, here, turn) ? clause.Raw : null;
            }
        }

        var slots = SlotExtractor.Extract(
            Utterance.Of(rest, said.HasQuestionMark), tenant, turn.HomeNumber, turn.LocalNow, asked, turn.Facts.PartySize is not null);
        // "What time are you open on Sunday, and can I book a table?" is about Sunday.
        if (slots.When.Day is null && (intents & Intents.Booking) != 0 && questions.Count > 0 && !booking)
        {
            var day = questions.Select(q => WhenIn(q.Item1, turn).Day).FirstOrDefault(d => d is not null);
            slots = slots with { When = slots.When with { Day = day } };
        }

        return new Reading
        {
            Said = said,
            Intents = intents,
            Questions = questions,
            Facts = facts,
            Slots = slots,
            YesNo = rest.Count > 0 ? Nlu.YesNo.Read(Utterance.Of(rest)) : null,
            Unknown = unknown,
        };
    }

    /// <summary>The day and time in a clause.</summary>
    public static SpokenWhen WhenIn(Utterance clause, Turn turn) =>
        DateTimeParser.Parse(clause.Tokens, turn.LocalNow, false, new bool[clause.Count]);

    private static List<Fact> FactsIn(Utterance clause, Tenant tenant)
    {
        var found = tenant.Facts
            .Select(f => (Fact: f, Hits: f.Keywords.Append(f.Topic).Count(k => PhraseMatcher.Mentions(clause, k))))
            .Where(f => f.Hits > 0)
            .OrderByDescending(f => f.Hits)
            .ToList();
        return [.. found.Where(f => f.Hits == found[0].Hits).Take(2).Select(f => f.Fact)];
    }

    // Something is asked or wanted that is neither about the business nor a piece of a booking.
    private static bool IsUnknown(Utterance clause, Intents intents, Turn turn)
    {
        if (clause.Count < 3 || (intents & ~Intents.Greeting) != 0)
            return false;
        // "And the lobster?", behind a question.
        var asks = IntentClassifier.IsQuestion(clause) || IntentClassifier.IsWish(clause) || (turn.State.LastTopic is "price" && clause.StartsWithAny("and the", "and a", "and an"));
        var services = ServiceMatcher.Find(clause, turn.Tenant.Services);
        if (!asks || (services.Count > 0 && (turn.State.Task == RuleTask.Booking || ServiceMatcher.IsOnlyAbout(clause, services)))
            || NameParser.ReadStated(clause) is not null || IntentClassifier.IsPleasantry(clause))
            return false;
        var used = new bool[clause.Count];
        return DateTimeParser.Parse(clause.Tokens, turn.LocalNow, false, used).IsEmpty && PartySizeParser.Read(clause.Tokens, used, false) is null
            && !clause.HasAny("make it", "make that", "change it", "change that", "ask you something", "ask something") && !(clause.Has("a question") && !clause.Has("about"));
    }
}
