using System.Text.RegularExpressions;
using Parley.Conversation.Agents.Rules.Nlu;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Llm;

/// <summary>What kind of thing was asked, and what kind of thing was answered.</summary>
internal static partial class AnswerShapes
{
    // What the conversation's other parts answer, or what is no question about the business.
    private const Intents Elsewhere = Intents.Booking | Intents.Person | Intents.Message | Intents.Goodbye | Intents.Repeat | Intents.Cancel | Intents.Hold
        | Intents.WhoAreYou | Intents.ExistingBooking | Intents.BookingPolicy | Intents.AreYouThere | Intents.ConnectNow | Intents.TimeNow | Intents.IsThisYou;

    /// <summary>Whether the caller asks something about the business that its own documents would have to answer.</summary>
    public static bool AsksTheBusiness(string words, Tenant tenant)
    {
        if (!words.Contains(' ', StringComparison.Ordinal) || Talk().IsMatch(words))
            return false;
        var language = HeardWords.Spoken(words, AnswerPhrases.LanguageOf(words, tenant.Language));
        if (Rules.LanguageFile.Of(language) is { } known)
        {
            var said = Utterance.Parse(words, language);
            var intents = IntentClassifier.Classify(said, tenant);
            return (said.Count >= 3 || known.Tag != "en") && (intents & Elsewhere) == 0
                && (IntentClassifier.IsQuestion(said) || said.HasQuestionMark || Question().IsMatch(words)) && !IsInProfile(said, intents, tenant);
        }

        return words.Contains('?', StringComparison.Ordinal) || Question().IsMatch(words);
    }

    /// <summary>Whether an answer says that it is not known.</summary>
    public static bool Refuses(string answer) => Refusal().IsMatch(answer);

    /// <summary>Whether an answer offers a person or a message.</summary>
    public static bool Offers(string answer) => OfferOf().IsMatch(answer);

    /// <summary>Whether an answer states nothing: it asks, thanks, admits not to know.</summary>
    public static bool StatesNothing(string answer) => Refuses(answer)
        || SentenceEnd().Split(answer).All(static sentence => sentence.TrimEnd().EndsWith('?') || sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length <= 3);

    // Hours, address, prices and prepared answers stand in the rules.
    private static bool IsInProfile(Utterance said, Intents intents, Tenant tenant) =>
        ((intents & Intents.Hours) != 0 && tenant.Hours.IsKnown)
        || ((intents & Intents.Address) != 0 && tenant.Address is not null)
        || ((intents & Intents.BusinessPhone) != 0)
        || ((intents & Intents.Services) != 0 && tenant.Services.Count > 0)
        || ServiceMatcher.Find(said, tenant.Services).Count > 0
        || tenant.Facts.Any(fact => fact.Keywords.Append(fact.Topic).Any(keyword => PhraseMatcher.Mentions(said, keyword)));

    [GeneratedRegex(@"(?<=[.!?])\s+")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(
        @"\b(is|are) (this|that|you) (the|a|an|luigi)?\b.{0,30}\?$|can you (hear|help|repeat|hold|wait|speak|understand)|do you (understand|hear|speak)|are you (there|a robot|a machine|real|human)|how are you|reserv|mesa para|hablar con|mensaje|me oye|столик|заброни|запис|сообщени|позовите|слыш|להזמין|הזמנה|לדבר עם|הודעה|שומע",
        RegexOptions.IgnoreCase)]
    private static partial Regex Talk();

    [GeneratedRegex(@"^\s*(qué|que|cuánto|cuanto|cuándo|dónde|donde|cómo|tienen|hay|puedo|aceptan|что|сколько|когда|где|как|есть ли|можно ли|у вас|вы|מה|כמה|מתי|איפה|איך|האם|יש לכם|אפשר)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Question();

    [GeneratedRegex(
        @"\b(i (do not|don't|am not|'m not) (know|sure|certain|have (that|this|any) information)|i'm not sure|not sure about that|i don't have (that|the|any|information)|i can't say|no (lo )?sé|no tengo (esa|esta) información|no estoy segur|не знаю|не уверен|нет (такой )?информации)|לא יודע|אין לי מידע",
        RegexOptions.IgnoreCase)]
    private static partial Regex Refusal();

    [GeneratedRegex(
        @"\b(message|connect|transfer|put you through|person|colleague|manager|call you back|mensaje|comunic|persona|сообщени|соедин|сотрудник|перезвон)|הודעה|להעביר|נציג", RegexOptions.IgnoreCase)]
    private static partial Regex OfferOf();
}
