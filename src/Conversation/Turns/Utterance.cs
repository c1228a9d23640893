using System.Collections.Frozen;
using Parley.Conversation.Agents;

namespace Parley.Conversation.Turns;

/// <summary>What the words of an utterance tell about it, in English.</summary>
internal static class Utterance
{
    // A sentence hardly ever ends with one of these. Ambiguous ones are left out: "on", "in", "up" end phrasal verbs, "that" and "this" answer.
    private static readonly FrozenSet<string> Trailing = FrozenSet.ToFrozenSet(
    [
        "and", "or", "but", "because", "so", "if", "when", "while", "than", "then", "also", "plus", "maybe", "well", "actually", "like",
        "a", "an", "the", "my", "your", "our", "their", "his", "some", "every", "each",
        "at", "for", "from", "with", "of", "by", "to", "between", "around", "about", "until", "into", "under", "on", "in",
        "um", "uh", "uhm", "er", "erm", "hmm", "hm", "let's", "i'm", "i'd", "i'll", "it's", "is", "are", "was", "am", "we're", "we'd", "i", "we",
        "would", "could", "should", "can", "will", "want", "need", "say", "said", "half", "quarter", "next", "whether", "i've", "we've", "have",
    ]);

    // At the end of a question these are stranded: "who am I speaking to?", "do you know where it is?"
    private static readonly FrozenSet<string> Strandable = FrozenSet.ToFrozenSet(
        ["at", "for", "from", "with", "of", "by", "to", "about", "on", "in", "is", "are", "was", "am", "can", "have"]);

    private static readonly FrozenSet<string> QuestionWords = FrozenSet.ToFrozenSet(
        ["what", "where", "who", "how", "when", "which", "why", "what's", "who's"]);

    // The speaker takes back what was said, and the right words follow.
    private static readonly FrozenSet<string> Corrections = FrozenSet.ToFrozenSet(
    [
        "no", "sorry", "wait", "rather", "no wait", "i mean", "or rather", "make it", "make that", "make them", "you know", "no way",
    ]);

    private static readonly FrozenSet<string> Short = FrozenSet.ToFrozenSet(
    [
        "hello", "hi", "hey", "bye", "goodbye", "thanks", "thank you", "good morning", "good evening", "good afternoon", "no thanks",
        "no thank you", "yes please", "that's all", "that's it", "that's everything", "never mind", "forget it", "sorry", "pardon", "what",
        "okay bye", "bye bye", "cancel", "stop", "help", "operator",
    ]);

    // Fillers and backchannels: signs of listening, not a wish to speak.
    private static readonly FrozenSet<string> Backchannels = FrozenSet.ToFrozenSet(
    [
        "mhm", "mm", "mmm", "mmhmm", "mm-hmm", "mm-hm", "uh-huh", "uhhuh", "huh", "hm", "hmm", "ah", "oh", "aha", "uh", "um", "er",
        "ok", "okay", "k", "right", "yeah", "yep", "yup", "yes", "sure", "alright", "all", "i", "see", "got", "it", "cool", "great", "good", "fine",
    ]);

    private static readonly FrozenSet<string> BackchannelPhrases = FrozenSet.ToFrozenSet(
        ["all right", "i see", "got it", "uh huh", "mm hmm", "mm hm", "okay great", "oh okay", "ah okay", "okay okay", "yeah yeah", "right right"]);

    private static readonly char[] Separators = [' ', ',', '.', '?', '!', ';', ':', '\t', '\n', '"'];

    /// <summary>The words, lower case, without punctuation; times and decimals keep theirs.</summary>
    public static List<string> Words(string text)
    {
        var words = new List<string>();
        foreach (var part in text.Split([' ', '\t', '\n', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            var word = part.Trim(Separators).ToLowerInvariant().Replace('’', '\'');
            if (word.Length > 0)
                words.Add(word);
        }

        return words;
    }

    /// <summary>Whether a sentence that stops at these words is not over, when the agent asked for an answer of this kind.</summary>
    public static bool WantsMore(List<string> words, ReplyKind expected)
    {
        var last = words[^1];
        var before = words.Count > 1 ? words[^2] : "";
        if (Trailing.Contains(last))
        {
            return !(Strandable.Contains(last) && words.Count >= 4 && words.Take(words.Count - 2).Any(QuestionWords.Contains))
                && !(last == "so" && before is "think" or "guess" or "hope" or "believe" or "suppose");
        }

        // "It is called ..." and "can you tell me what ..." go on; "he called" and "what?" do not.
        if (last is "called" or "named")
            return before is "is" or "are" or "was" or "it's" or "he's" or "she's" or "that's" or "place";
        if (QuestionWords.Contains(last))
            return words.Count >= 3;

        // "Tell her that ..." goes on, "I know that" does not.
        if (last == "that" && expected == ReplyKind.Dictation)
            return true;

        return words.Count > 1 && expected != ReplyKind.YesNo && (Corrections.Contains(last) || Corrections.Contains($"{before} {last}"));
    }

    /// <summary>Whether the words are a usual utterance of one or two words.</summary>
    public static bool IsUsualShort(List<string> words) => words.Count <= 3 && Short.Contains(string.Join(' ', words));

    /// <summary>Whether the words only tell that the caller listens.</summary>
    public static bool IsBackchannel(List<string> words) => words.Count switch
    {
        0 => true,
        1 => Backchannels.Contains(words[0]),
        <= 3 => BackchannelPhrases.Contains(string.Join(' ', words)) || words.TrueForAll(w => words[0] == w && Backchannels.Contains(w)),
        _ => false,
    };
}
