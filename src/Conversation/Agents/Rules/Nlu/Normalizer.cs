using System.Text.RegularExpressions;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>
/// Turns recognised text into tokens: one spelling for times and halves of the day, no fillers, no stutters, and the number words that
/// recognisers write as their homophones put right where only a number fits.
/// </summary>
internal static partial class Normalizer
{
    private static readonly HashSet<string> Fillers = ["um", "umm", "uh", "uhh", "uhm", "er", "erm", "hmm", "hm", "mm", "ah", "eh"];

    public static List<Token> Tokenize(string text) => Tokenize(text, null);

    /// <summary>The tokens of words in another language than English, in English.</summary>
    public static List<Token> Tokenize(string text, HeardWords? heard)
    {
        var tokens = Chunks(text);
        if (heard is not null)
        {
            // Stutters are told before words of two become the same; what follows below is about the sounds of English.
            Collapse(tokens);
            return heard.Read(tokens);
        }

        MergeHalves(tokens);
        Collapse(tokens);
        FixHomophones(tokens);
        return tokens;
    }

    /// <summary>The words with their punctuation, as they were said.</summary>
    public static List<Token> Chunks(string text)
    {
        var tokens = new List<Token>();
        var plain = text.Replace('’', '\'').Replace('‘', '\'').Replace("…", ". ", StringComparison.Ordinal);
        foreach (var chunk in Separators().Split(OldHyphens().Replace(plain, "$1$2")))
            AddChunk(tokens, chunk);
        return tokens;
    }

    private static void AddChunk(List<Token> tokens, string chunk)
    {
        var core = chunk.Trim('"', '(', ')', '[', ']', '$', '\'', '*', '#', '¿', '¡', '«', '»', '“', '”', '„');
        var end = core.Length;
        while (end > 0 && ".,!?;:\")".Contains(core[end - 1], StringComparison.Ordinal))
            end--;
        var tail = core.AsSpan(end);
        core = core[..end].Trim('\'', '(', ')');
        var sentenceEnd = tail.IndexOfAny('.', '!', '?') >= 0 || tail.Contains(';');
        if (core.Length == 0)
        {
            Punctuate(tokens, tail.Length > 0, sentenceEnd);
            return;
        }

        var word = core.ToLowerInvariant();
        if (Fillers.Contains(word))
        {
            // The comma before a filler belongs to the hesitation.
            if (tokens.Count > 0 && !tokens[^1].SentenceEnd)
                tokens[^1] = tokens[^1] with { Break = false };
            if (sentenceEnd)
                Punctuate(tokens, true, true);
            return;
        }

        var first = tokens.Count;
        if (TimeWithHalf().Match(word) is { Success: true } half)
        {
            tokens.Add(Time(half.Groups[1].Value));
            tokens.Add(Half(half.Groups[2].Value));
            sentenceEnd &= !word.Contains(".m", StringComparison.Ordinal);
        }
        else if (DottedHalf().IsMatch(word))
        {
            tokens.Add(Half(word));
            sentenceEnd = tail.IndexOfAny('!', '?') >= 0;
        }
        else if (ClockTime().IsMatch(word))
            tokens.Add(Time(word));
        else if (word is "o'clock" or "oclock")
            tokens.Add(new Token("oclock", core));
        else if (DottedLetters().IsMatch(word) || DottedDigits().IsMatch(word))
        {
            foreach (var part in core.Split('.', StringSplitOptions.RemoveEmptyEntries))
                tokens.Add(new Token(part.ToLowerInvariant(), part));
        }
        else if (word[0] == '+' && word.Length > 1)
        {
            tokens.Add(new Token("plus", "plus"));
            tokens.Add(new Token(word[1..], core[1..]));
        }
        else
            tokens.Add(new Token(word, core));

        if (tokens.Count > first)
            Punctuate(tokens, tail.Length > 0, sentenceEnd);
    }

    private static void Punctuate(List<Token> tokens, bool isBreak, bool sentenceEnd)
    {
        if (tokens.Count > 0)
            tokens[^1] = tokens[^1] with { Break = tokens[^1].Break || isBreak, SentenceEnd = tokens[^1].SentenceEnd || sentenceEnd };
    }

    private static Token Time(string text) => new(text.Replace('.', ':'), text);

    private static Token Half(string text) => new(text[0] + "m", text);

    // "8 p m": letters are a half of the day only after a number; elsewhere they may spell a name.
    private static void MergeHalves(List<Token> tokens)
    {
        for (var i = 1; i < tokens.Count - 1; i++)
        {
            if (tokens[i].Word is "a" or "p" && tokens[i + 1].Word == "m" && IsClockWord(tokens[i - 1].Word))
            {
                tokens[i] = tokens[i + 1] with { Word = tokens[i].Word + "m" };
                tokens.RemoveAt(i + 1);
            }
        }
    }

    private static bool IsClockWord(string word) => char.IsAsciiDigit(word[0]) || word == "oclock" || NumberWords.IsNumberWord(word);

    private static void Collapse(List<Token> tokens)
    {
        for (var i = tokens.Count - 1; i > 0; i--)
        {
            var word = tokens[i].Word;
            if (word == tokens[i - 1].Word && !tokens[i - 1].SentenceEnd && word.Length + tokens[i - 1].Word.Length > 2 + (word == "i" ? -1 : 0)
                && !char.IsAsciiDigit(word[0]) && !NumberWords.IsNumberWord(word) && word is not ("oh" or "double") && !IsHomophoneNumber(tokens, i))
                tokens.RemoveAt(i - 1);
        }

        // "I I'd like"
        for (var i = tokens.Count - 1; i > 0; i--)
        {
            if (tokens[i - 1].Word == "i" && (tokens[i].Word == "i" || tokens[i].Word.StartsWith("i'", StringComparison.Ordinal)))
                tokens.RemoveAt(i - 1);
        }
    }

    // "a table for for tomorrow" is a table for four; "for for four people" is a stutter.
    private static bool IsHomophoneNumber(List<Token> tokens, int i) => tokens[i].Word == "for"
        && !(i + 1 < tokens.Count && (char.IsAsciiDigit(tokens[i + 1].Word[0]) || NumberWords.IsNumberWord(tokens[i + 1].Word)
            || tokens[i + 1].Word is "the" or "a" or "my"));

    private static void FixHomophones(List<Token> tokens)
    {
        for (var i = 1; i < tokens.Count; i++)
        {
            var before = tokens[i - 1].Word;
            if (tokens[i - 1].Break || before is not ("for" or "at" or "of"))
                continue;
            var fits = tokens[i].Word switch
            {
                "for" or "fore" => "four",
                "to" or "too" => "two",
                "ate" => "eight",
                "won" => "one",
                "tree" => "three",
                _ => null,
            };
            if (fits is not null && (before != "of" || (i > 1 && tokens[i - 2].Word == "party")))
                tokens[i] = tokens[i] with { Word = fits };
        }
    }

    // Recognisers write some words as their transcripts did a century ago.
    [GeneratedRegex(@"\b(to|good)-(morrow|day|night|bye)\b", RegexOptions.IgnoreCase)]
    private static partial Regex OldHyphens();

    [GeneratedRegex(@"[\s\-–—]+")]
    private static partial Regex Separators();

    [GeneratedRegex(@"^(\d{1,2}(?:[:.]\d{2})?|\d{3,4})([ap])\.?m$")]
    private static partial Regex TimeWithHalf();

    [GeneratedRegex(@"^[ap]\.m$|^pm$")]
    private static partial Regex DottedHalf();

    [GeneratedRegex(@"^\d{1,2}[:.]\d{2}$")]
    private static partial Regex ClockTime();

    [GeneratedRegex(@"^(?:[a-z]\.){2,}[a-z]$")]
    private static partial Regex DottedLetters();

    [GeneratedRegex(@"^\d+(?:\.\d+)+$")]
    private static partial Regex DottedDigits();
}
