using System.Globalization;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>Names of people, with what is said around them taken off.</summary>
internal static class NameParser
{
    private const int MaxWords = 4;

    private static readonly string[] LeadIns =
    [
        "my name is", "my name's", "the name is", "the name's", "name is", "name's", "this is", "it is", "it's", "its", "that's", "i am", "i'm", "call me",
        "under the name of", "under the name", "in the name of", "on the name of", "under", "you can put", "put it under", "put", "make it", "for",
        "it would be", "that would be", "that'll be", "it'll be", "just", "that is", "the booking is for", "name",
    ];

    private static readonly string[] Politeness =
        ["yes", "yeah", "sure", "okay", "ok", "well", "oh", "so", "hi", "hello", "hey", "of", "course", "certainly", "please", "no", "actually", "sorry", "and", "right",
            "alright", "good", "morning", "afternoon", "evening", "great"];

    private static readonly HashSet<string> Titles = ["mr", "mrs", "ms", "miss", "dr", "mister", "doctor", "professor"];

    private static readonly HashSet<string> NotNames =
    [
        "a", "an", "the", "i", "i'm", "i'd", "i'll", "you", "he", "she", "we", "they", "it", "me", "my", "your", "our", "this", "that", "what", "when", "where",
        "who", "how", "why", "which", "yes", "no", "not", "yeah", "yep", "sorry", "pardon", "excuse", "hello", "hi", "okay", "ok", "please", "thanks", "thank", "bye",
        "goodbye", "is", "are", "am", "was", "be", "do", "does", "did", "can", "could", "would", "should", "have", "has", "want", "need", "like", "book", "booking",
        "reserve", "reservation", "table", "appointment", "people", "person", "at", "on", "in", "for", "to", "of", "from", "with", "and", "or", "but", "about",
        "tomorrow", "today", "tonight", "noon", "oclock", "pm", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "calling",
        "looking", "trying", "wondering", "just", "still", "there", "here", "correct", "right", "wrong", "sure", "good", "fine", "great", "nothing", "never", "mind",
        "again", "repeat", "manager", "someone", "somebody", "message", "number", "name", "phone", "time", "day", "open", "closed", "later", "instead", "actually",
        "morning", "evening", "afternoon", "everything", "all", "maybe", "if", "because", "speak", "talk", "leave", "don't", "didn't", "it's", "that's", "us",
        "sir", "madam", "mean", "say", "said", "know", "think", "make", "change", "cancel", "forget", "wait", "moment", "second", "minute", "late", "running",
        "interested", "happy", "perfect", "absolutely", "exactly", "definitely", "wonderful", "excellent", "awesome", "nope", "yup", "going", "coming", "afraid", "under", "so", "well", "cool", "same",
    ];

    /// <summary>The name in the answer to "your name, please?"; null when the answer is none.</summary>
    public static string? ReadAnswer(Utterance said)
    {
        if (ReadStated(said) is { } stated)
            return stated;
        var tokens = WithoutHint(said);
        // "Peter Novak, please. I'd like ..." : the first sentence that is a name.
        var sentence = new List<Token>();
        foreach (var token in tokens)
        {
            sentence.Add(token);
            if (!token.SentenceEnd)
                continue;
            if (Take(Strip(sentence), strict: true) is { } early)
            {
                // "Carter. Daniel Carter."
                var whole = Take(Strip(tokens.SkipWhile(t => !t.SentenceEnd).Skip(1).ToList()), strict: true);
                return WithSpelling(whole?.Contains(early, StringComparison.Ordinal) == true ? whole : early, tokens);
            }

            sentence.Clear();
        }

        return Take(Strip(sentence), strict: true) is { } name ? WithSpelling(name, tokens) : Take(Strip(tokens), strict: true);
    }

    /// <summary>The name that a caller gives unasked: "my name is ...", "under the name of ...", "this is ...".</summary>
    public static string? ReadStated(Utterance said)
    {
        var tokens = said.Tokens;
        if (ReadIntroduction(tokens) is { } introduced)
            return introduced;
        for (var i = 0; i < tokens.Count; i++)
        {
            foreach (var lead in (ReadOnlySpan<string>)["my name is", "my name's", "the name is", "the name's", "name is", "name to", "name should be", "name of", "under the name", "this is", "i'm", "i am",
                "call me", "under"])
            {
                var words = lead.Split(' ');
                if (i + words.Length >= tokens.Count || !words.Select((w, n) => tokens[i + n].Word == w).All(x => x))
                    continue;
                var rest = tokens.Skip(i + words.Length).ToList();
                if (rest[0].Word == "of")
                    continue;
                // Only a capital makes a name of what follows these.
                var weak = lead is "this is" or "i'm" or "i am" or "under" or "call me";
                if (rest[0].Word == "not" || (weak && !IsCapital(rest[0])) || (lead == "name of" && i > 0 && tokens[i - 1].Word is not ("the" or "a")))
                    continue;
                if (Take(rest, strict: false) is { } name)
                    return WithSpelling(name, rest);
            }
        }

        return null;
    }

    // "Hi, it's Ben Carter, can I ...": at the beginning, and both names with a capital, since "it's" leads in anything.
    private static string? ReadIntroduction(IReadOnlyList<Token> tokens)
    {
        var at = tokens.Count > 0 && tokens[0].Word is "hi" or "hello" or "hey" ? 1 : 0;
        if (at + 2 >= tokens.Count || at == 0 || tokens[at].Word != "it's" || !IsCapital(tokens[at + 1]) || !IsCapital(tokens[at + 2]))
            return null;
        return Take([.. tokens.Skip(at + 1)], strict: false);
    }

    /// <summary>"not Daniel, David", "it's David, not Daniel": the name that is meant.</summary>
    public static string? ReadCorrection(Utterance said)
    {
        if (ReadStated(said) is { } stated)
            return stated;
        var tokens = WithoutHint(said);
        var not = tokens.FindIndex(t => t.Word == "not");
        if (not >= 0)
        {
            var after = tokens.FindIndex(not, t => t.Break);
            if (not > 0 && Take(Strip(tokens.Take(not).ToList()), strict: true) is { } before)
                return before;
            if (after < 0)
                after = tokens.FindIndex(not, t => t.Word is "but" or "it's");
            if (after > 0 && after + 1 < tokens.Count)
                return Take(Strip(tokens.Skip(after + 1).ToList()), strict: true);
            return null;
        }

        // Without "not", only a bare capitalised name: "No, David." or "It's David Miller."
        var rest = Strip(tokens);
        return rest.Count > 0 && rest.Count < tokens.Count && rest.All(IsCapital) ? Take(rest, strict: true) : null;
    }

    /// <summary>The full name after a correction of a part of it: "not Daniel, David" makes David Carter of Daniel Carter.</summary>
    public static string Merge(string known, string corrected, Utterance said)
    {
        var words = known.Split(' ');
        if (words.Length < 2 || corrected.Contains(' ', StringComparison.Ordinal))
            return corrected;
        var replaced = Array.FindIndex(words, w => said.Tokens.Any(t => t.Raw.Equals(w, StringComparison.OrdinalIgnoreCase)));
        if (replaced < 0)
            replaced = Array.FindIndex(words, w => Similar(w, corrected));
        if (replaced < 0)
            return corrected;
        words[replaced] = corrected;
        return string.Join(' ', words);
    }

    // "Lukas with a K"
    private static List<Token> WithoutHint(Utterance said)
    {
        var tokens = said.Tokens.ToList();
        var hint = tokens.FindIndex(t => t.Word == "with");
        return hint > 0 && hint + 1 < tokens.Count && tokens[hint + 1].Word is "a" or "an" or "one" or "two" ? tokens[..hint] : tokens;
    }

    private static List<Token> Strip(List<Token> tokens)
    {
        var start = 0;
        for (var changed = true; changed && start < tokens.Count;)
        {
            changed = false;
            foreach (var lead in LeadIns)
            {
                var words = lead.Split(' ');
                if (start + words.Length <= tokens.Count && words.Select((w, n) => tokens[start + n].Word == w).All(x => x))
                {
                    start += words.Length;
                    changed = true;
                    break;
                }
            }

            if (!changed && start < tokens.Count - 1 && Politeness.Contains(tokens[start].Word))
            {
                start++;
                changed = true;
            }
        }

        var end = tokens.Count;
        while (end > start && tokens[end - 1].Word is "please" or "thanks" or "thank" or "you" or "here" or "speaking" or "sir" or "madam")
            end--;
        return tokens[start..end];
    }

    private static string? Take(List<Token> tokens, bool strict)
    {
        var words = new List<string>();
        var letters = new List<string>();
        var i = 0;
        for (; i < tokens.Count && words.Count <= MaxWords; i++)
        {
            var token = tokens[i];
            if (token.Word.Length == 1 && char.IsAsciiLetter(token.Word[0]) && (letters.Count > 0 || IsSpelled(tokens, i)))
            {
                letters.Add(token.Word);
                continue;
            }

            if (Titles.Contains(token.Word) && words.Count == 0)
                continue;
            if (letters.Count > 0 || NotNames.Contains(token.Word) || NumberWords.IsNumberWord(token.Word) || !token.Word.All(c => char.IsLetter(c) || c == '\''))
                break;
            words.Add(Capitalise(token.Raw));
            if (token.Break && !(i + 1 < tokens.Count && IsSpelled(tokens, i + 1)))
            {
                i++;
                break;
            }
        }

        if (letters.Count >= 2)
        {
            var spelled = Capitalise(string.Concat(letters));
            var same = SpelledWord(words, spelled);
            if (same >= 0)
                words[same] = spelled;
            else
                words.Add(spelled);
        }

        // An answer that goes on after the name is one only when the rest is a new clause.
        if (words.Count is 0 or > MaxWords || (strict && i < tokens.Count && !tokens[i - 1].Break && tokens[i].Word is not ("and" or "please" or "thanks")))
            return null;
        return string.Join(' ', words);
    }

    // "Peter Novak, that's N O V A K"
    private static string WithSpelling(string name, List<Token> tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!IsSpelled(tokens, i))
                continue;
            var spelled = string.Concat(tokens.Skip(i).TakeWhile(t => t.Word.Length == 1).Select(t => t.Word));
            var words = name.Split(' ');
            if (spelled.Length >= 3 && SpelledWord(words, spelled) is >= 0 and var word)
                words[word] = Capitalise(spelled);
            return string.Join(' ', words);
        }

        return name;
    }

    // Which of the words was spelled; the last one when several look alike.
    private static int SpelledWord(IList<string> words, string spelled)
    {
        for (var exact = 1; exact >= 0; exact--)
        {
            for (var i = words.Count - 1; i >= 0; i--)
            {
                if (exact == 1 ? words[i].Equals(spelled, StringComparison.OrdinalIgnoreCase) : Similar(words[i], spelled))
                    return i;
            }
        }

        return -1;
    }

    private static bool Similar(string word, string spelled) =>
        char.ToUpperInvariant(word[0]) == char.ToUpperInvariant(spelled[0]) && Math.Abs(word.Length - spelled.Length) <= 2;

    private static bool IsSpelled(List<Token> tokens, int at) => at + 1 < tokens.Count && IsLetter(tokens[at]) && IsLetter(tokens[at + 1]);

    private static bool IsLetter(Token token) => token.Word.Length == 1 && char.IsAsciiLetter(token.Word[0]);

    private static bool IsCapital(Token token) => token.Raw.Length > 0 && char.IsUpper(token.Raw[0]);

    private static string Capitalise(string raw)
    {
        var hasInnerCapital = raw.Length > 1 && raw.Skip(1).Any(char.IsUpper) && raw.Any(char.IsLower);
        if (hasInnerCapital)
            return raw;
        var lower = raw.ToLower(CultureInfo.InvariantCulture);
        if (lower.EndsWith("'s", StringComparison.Ordinal))
            lower = lower[..^2];
        var chars = lower.ToCharArray();
        for (var i = 0; i < chars.Length; i++)
        {
            if (i == 0 || (chars[i - 1] == '\'' && i == 2))
                chars[i] = char.ToUpper(chars[i], CultureInfo.InvariantCulture);
        }

        return new string(chars);
    }
}
