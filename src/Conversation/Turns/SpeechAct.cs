using System.Collections.Frozen;

namespace Parley.Conversation.Turns;

/// <summary>
/// What an utterance does, in English: asks, wishes, takes leave, or only leads to something else. Whoever asks or wishes hands over and
/// waits; whoever greets or tells a story has not come to the point.
/// </summary>
internal static class SpeechAct
{
    private static readonly FrozenSet<string> QuestionWords = FrozenSet.ToFrozenSet(
    [
        "what", "what's", "when", "where", "where's", "who", "who's", "which", "why", "how", "how's",
        "do", "does", "did", "is", "are", "was", "were", "can", "could", "would", "will", "should", "have", "has", "may", "am", "shall", "isn't", "don't",
    ]);

    private static readonly FrozenSet<string> Auxiliaries = FrozenSet.ToFrozenSet(
        ["do", "does", "did", "is", "are", "was", "were", "can", "could", "would", "will", "should", "have", "has", "may", "shall"]);

    // Said before a sentence, not part of it.
    private static readonly FrozenSet<string> Markers = FrozenSet.ToFrozenSet(
    [
        "and", "so", "but", "okay", "ok", "well", "hi", "hello", "hey", "um", "uh", "oh", "yes", "yeah", "no", "sorry", "actually", "please",
        "then", "also", "or", "alright", "right", "just",
    ]);

    private static readonly string[] Wishes =
    [
        "i'd like", "we'd like", "would like", "i like to", "we like to", "i want", "we want", "i need", "we need", "needs", "want to", "have to",
        "need to", "wondering if", "wondering whether", "calling about", "please", "can you", "could you", "can i", "could i", "can we",
        "table for", "appointment for", "reservation for", "booking for", "tell me", "give me", "call me", "put me", "let me know", "let me speak", "looking for", "interested in", "ask if", "ask whether",
    ];

    private static readonly FrozenSet<string> Commands = FrozenSet.ToFrozenSet(
    [
        "cancel", "book", "make", "change", "move", "put", "tell", "give", "send", "call", "connect", "transfer", "repeat", "stop", "help",
        "reserve", "schedule", "forget",
    ]);

    private static readonly FrozenSet<string> Openings = FrozenSet.ToFrozenSet(
    [
        "hello", "hi", "hey", "good morning", "good afternoon", "good evening", "good day", "you know", "first of all", "i have a question",
        "sure", "okay", "right", "alright", "all right", "yes",
    ]);

    private static readonly FrozenSet<string> Stalls = FrozenSet.ToFrozenSet(
    [
        "let me see", "let me think", "let me check", "let's see", "one moment", "one second", "just a moment", "just a second", "hold on", "wait",
        "wait a moment", "a moment", "give me a second",
    ]);

    private static readonly FrozenSet<string> Refusals = FrozenSet.ToFrozenSet(
        ["no", "nope", "not", "don't", "can't", "won't", "cannot", "never", "none", "rather", "cancel", "stop", "forget"]);

    private static readonly FrozenSet<string> Subordinators = FrozenSet.ToFrozenSet(
        ["if", "when", "because", "since", "before", "after", "while", "although", "though", "as", "once", "unless", "whenever", "until"]);

    private static readonly FrozenSet<string> Subjects = FrozenSet.ToFrozenSet(
        ["i", "you", "we", "he", "she", "it", "they", "there", "i'm", "you're", "we're", "it's", "they're", "my", "your", "our", "the", "that", "this"]);

    private const string SentencePunctuation = ".?! ,";
    private const int LongSentenceWords = 8;
    private static readonly char[] SentenceEnds = ['.', '?', '!'];

    /// <summary>Whether the last sentence asks something: by its question mark, or by the word it begins with.</summary>
    public static bool IsQuestion(string text)
    {
        if (text.AsSpan().TrimEnd(' ').EndsWith('?'))
            return true;

        var words = LastSentence(text);
        return words.Count >= 3 && QuestionWords.Contains(words[0]);
    }

    /// <summary>Whether something is wished for or told to be done.</summary>
    public static bool IsRequest(List<string> words)
    {
        var said = $" {string.Join(' ', words)} ";
        return Array.Exists(Wishes, wish => said.Contains($" {wish} ", StringComparison.Ordinal))
            || (words.Count >= 2 && words.Find(word => !Markers.Contains(word)) is { } first && Commands.Contains(first));
    }

    /// <summary>Whether the caller takes leave or thanks.</summary>
    public static bool IsFarewell(List<string> words) =>
        words[^1] is "bye" or "goodbye" or "thanks" || words[0] is "thanks" || words.Contains("thank")
        || words is [.., "that's", "all" or "it" or "everything"];

    /// <summary>Whether the last sentence only gains time: "let me see".</summary>
    public static bool IsStall(string text)
    {
        var said = LastSentence(text);
        return said.Count <= 4 && Stalls.Contains(string.Join(' ', said));
    }

    /// <summary>Whether the caller declines what was asked for: "no", "I don't have one".</summary>
    public static bool IsRefusal(List<string> words) => words.Exists(Refusals.Contains);

    /// <summary>Whether this, alone, leads to something else: a greeting, the announcement of a question.</summary>
    public static bool IsOpening(List<string> words) => words.Count <= 4 && Openings.Contains(string.Join(' ', words));

    /// <summary>
    /// Whether the last sentence is a subordinate clause whose main clause has not come: "if you have a table tonight". After a comma inside
    /// the sentence the main clause is there; "when do you close" is a question.
    /// </summary>
    public static bool IsOpenClause(string text)
    {
        var words = LastSentence(text);
        if (words.Count < 3 || !Subordinators.Contains(words[0]) || (words[0] == "when" && Auxiliaries.Contains(words[1])))
            return false;

        // "As soon as possible" and "after eight" have no subject.
        return !HasInnerComma(text) && words.Skip(1).Any(Subjects.Contains);
    }

    /// <summary>Whether the last sentence is long and of two parts, with a comma between them: a story that has come to its point.</summary>
    public static bool IsWholeStory(string text)
    {
        var words = LastSentence(text);
        return words.Count >= LongSentenceWords && HasInnerComma(text);
    }

    /// <summary>Whether two words or more of the last sentence follow a comma inside it.</summary>
    private static bool HasInnerComma(string text)
    {
        var end = text.AsSpan().TrimEnd(SentencePunctuation);
        var sentence = end[(end.LastIndexOfAny(SentenceEnds) + 1)..];
        var comma = sentence.LastIndexOf(',');
        return comma > 0 && Utterance.Words(sentence[comma..].ToString()).Count >= 2;
    }

    /// <summary>The words of the last sentence, without what is only said before it.</summary>
    private static List<string> LastSentence(string text)
    {
        var end = text.AsSpan().TrimEnd(SentencePunctuation);
        var start = end.LastIndexOfAny(SentenceEnds) + 1;
        var words = Utterance.Words(end[start..].ToString());
        return words.SkipWhile(Markers.Contains).ToList();
    }
}
