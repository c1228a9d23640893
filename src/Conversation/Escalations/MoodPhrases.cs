using Parley.Conversation.Agents.Rules;

namespace Parley.Conversation.Escalations;

/// <summary>
/// What angry and misunderstood callers say, of all languages together, from the part <c>[mood]</c> of their files: words in lower case without accents,
/// <c>ё</c> as <c>е</c>; a star stands for any ending. A sign counts whatever language the call is in: callers swear in their own.
/// </summary>
internal static class MoodPhrases
{
    /// <summary>One of these is anger.</summary>
    public static readonly string[] Strong = Of("strong");

    /// <summary>Two of these within three turns are anger.</summary>
    public static readonly string[] Mild = Of("mild");

    /// <summary>Two of these, or repetitions of one's own words, within four turns: the caller is not understood.</summary>
    public static readonly string[] Misunderstood = Of("misunderstood");

    /// <summary>Up to three words before a sign these take it back.</summary>
    public static readonly HashSet<string> Negations = [.. Of("negations")];

    /// <summary>What pleased callers say; for the analysis after the call.</summary>
    public static readonly string[] Pleased = Of("pleased");

    private static string[] Of(string key) => [.. LanguageFile.Tags.SelectMany(tag => LanguageFile.Of(tag)!.Mood[key])];
}
