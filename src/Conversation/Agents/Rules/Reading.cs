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
                rest.AddRange(clause.Tokens);
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
            YesNo = Nlu.YesNo.Read(said),
            Unknown = UnknownIn(rest, tenant),
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

    private static string? UnknownIn(List<Token> rest, Tenant tenant)
    {
        if (rest.Count == 0)
            return null;
        foreach (var clause in Utterance.Of(rest).Clauses())
        {
            if (clause.Count >= 3 && IntentClassifier.IsQuestion(clause) && IntentClassifier.Classify(clause, tenant) is Intents.None or Intents.Greeting)
                return clause.Raw;
        }

        return null;
    }
}
