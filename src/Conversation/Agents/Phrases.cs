using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Agents;

/// <summary>What the call itself says, when the agent can't: holding phrases and apologies. By language, English as the last resort.</summary>
internal static class Phrases
{
    /// <summary>A holding phrase; <paramref name="turn"/> varies it.</summary>
    public static string Hold(string language, int turn)
    {
        var phrases = LanguageFile.OrEnglish(language).Said["Hold"];
        return phrases[turn % phrases.Length];
    }

    /// <summary>Said when the agent failed and the call must end without a message.</summary>
    public static string Apology(string language) => Say(language, "Trouble", "TroubleCallAgain");

    /// <summary>Said when the agent failed and a person can be reached.</summary>
    public static string ApologyTransfer(string language) => Say(language, "Trouble", "TroubleConnecting");

    /// <summary>Said when the agent failed and nobody can be reached: the caller may leave a message.</summary>
    public static string ApologyMessage(string language, bool numberKnown) => $"{Say(language, "Trouble")} {AskMessage(language, numberKnown)}";

    /// <summary>Asks for a message; for the number as well when the caller withholds it.</summary>
    public static string AskMessage(string language, bool numberKnown) => Say(language, numberKnown ? "TroubleMessage" : "TroubleMessageNumber");

    /// <summary>Said when the message is hardly more than a name.</summary>
    public static string AskSubject(string language) => Say(language, "TroubleSubject");

    /// <summary>The message was taken.</summary>
    public static string MessageTaken(string language, bool numberKnown) => Say(language, numberKnown ? "TroubleTaken" : "TroubleTakenNoNumber");

    /// <summary>
    /// The clauses that are the same in many calls of a tenant: its greeting and everything here. They are synthesised once and kept.
    /// </summary>
    public static IReadOnlySet<string> Fixed(Tenant tenant)
    {
        var language = tenant.Language;
        string[] texts =
        [
            tenant.Greeting, Apology(language), ApologyTransfer(language), AskSubject(language),
            ApologyMessage(language, true), ApologyMessage(language, false), MessageTaken(language, true), MessageTaken(language, false),
            .. LanguageFile.OrEnglish(language).Said["Hold"],
        ];
        return texts.SelectMany(SentenceChunker.Split).ToHashSet(StringComparer.Ordinal);
    }

    private static string Say(string language, params IEnumerable<string> keys) => string.Join(' ', keys.Select(key => LanguageFile.OrEnglish(language).Said[key][0]));
}
