using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>
/// Puts the words of a caller who does not speak English into those that the parsers read: numbers, times, days, wishes, small talk. The longest phrase that
/// fits is taken; what is in no list stays as it is, such as names. Accents count for nothing. Nothing is guessed: a word has one meaning or stands in a phrase.
/// </summary>
internal sealed class HeardWords
{
    private const string Number = "{n}";
    private const string Nth = "{n:th}";
    private const int LongestNumber = 8;

    private static readonly FrozenDictionary<string, HeardWords> All = LanguageFile.Tags.Select(static tag => LanguageFile.Of(tag)!)
        .Where(static file => file.Heard.Count > 0).ToFrozenDictionary(static file => file.Tag, static file => new HeardWords(file), StringComparer.Ordinal);

    private static readonly string[] Tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    private readonly FrozenDictionary<string, string[]> numbers;
    private readonly FrozenDictionary<string, Phrase[]> phrases;
    private readonly FrozenSet<string> pairs;     // words that a number of two words begins with
    private readonly string[] joints;
    private readonly string prefixes;

    private HeardWords(LanguageFile file)
    {
        var words = new Dictionary<string, string[]>(StringComparer.Ordinal);
        (joints, prefixes) = ([], "");
        foreach (var (english, heard) in file.Numbers)
        {
            if (english == "joined by")
                joints = heard;
            else if (english == "prefixes")
                prefixes = string.Concat(heard);
            else
                Array.ForEach(heard, word => words[Fold(word)] = english.Split(' '));
        }

        numbers = words.ToFrozenDictionary(StringComparer.Ordinal);
        pairs = words.Keys.Where(static word => word.Contains(' ', StringComparison.Ordinal)).Select(static word => word.Split(' ')[0]).ToFrozenSet(StringComparer.Ordinal);
        phrases = file.Heard.SelectMany(static line => line.Phrases.Select(phrase => new Phrase([.. phrase.Split(' ').Select(Fold)], line.English.Split(' '))))
            .GroupBy(static phrase => phrase.Heard[0], StringComparer.Ordinal)
            .ToFrozenDictionary(static group => group.Key, static group => group.OrderByDescending(static phrase => phrase.Heard.Length)
                .ThenBy(static phrase => phrase.Heard.Count(static word => word == Number)).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>How a language is heard; null for English and for those that are not known.</summary>
    public static HeardWords? Of(string tag) => LanguageFile.Of(tag) is { } file ? All.GetValueOrDefault(file.Tag) : null;

    /// <summary>The language that words are written in: by their script, else the usual one.</summary>
    public static string Written(string text, string usual) => text.AsSpan().ContainsAnyInRange('А', 'я') ? "ru"
        : text.AsSpan().ContainsAnyInRange('א', 'ת') ? "he" : usual;

    /// <summary>The language that words are in, when nothing is known but the usual one: where half of them are Spanish, or two, that is Spanish.</summary>
    public static string Spoken(string text, string usual)
    {
        if (Written(text, usual) is var language && Of(language) is not null)
            return language;
        var read = All["es"].Read(Normalizer.Chunks(text));
        // Digits are written alike everywhere.
        var spanish = read.Count(static token => token.IsRead && token.Raw.Any(char.IsLetter));
        return spanish >= 2 || (spanish > 0 && spanish * 2 >= read.Count) ? "es" : language;
    }

    /// <summary>A text in English words, with its commas and ends of sentences; one that is in English already, or in a language not known here, as it is.</summary>
    public static string InEnglish(string text, string usual)
    {
        if (Of(Written(text, usual)) is not { } heard)
            return text;
        var english = new StringBuilder();
        foreach (var token in heard.Read(Normalizer.Chunks(text)))
            english.Append(english.Length > 0 ? " " : "").Append(token.IsRead ? token.Word : token.Raw).Append(token.SentenceEnd ? "." : token.Break ? "," : "");
        if (text.AsSpan().TrimEnd().EndsWith('?'))
            english.Length = english.ToString().TrimEnd('.').Length;
        return text.AsSpan().TrimEnd().EndsWith('?') ? english.Append('?').ToString() : english.ToString();
    }

    /// <summary>The same in English words. Of what was said, each word is kept once, with the first that it became.</summary>
    public List<Token> Read(IReadOnlyList<Token> said)
    {
        var tokens = Split(said);
        var folded = tokens.ConvertAll(static token => Fold(token.Word));
        var read = new List<Token>(tokens.Count);
        for (var at = 0; at < tokens.Count;)
        {
            var run = ReadNumber(tokens, folded, at);
            var (phrase, length, found) = Longest(tokens, folded, at, run.Length);
            if (phrase is not null && length >= run.Length)
            {
                Add(read, tokens, at, length, Fill(phrase.English, found));
                at += length;
            }
            else if (run.Length > 0)
            {
                Add(read, tokens, at, run.Length, run.Words);
                at += run.Length;
            }
            else
                read.Add(tokens[at++]);
        }

        return read;
    }

    /// <summary>Lower case without accents.</summary>
    private static string Fold(string word)
    {
        if (Ascii.IsValid(word))
            return word;
        return string.Concat(word.Normalize(NormalizationForm.FormD).Where(static c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark));
    }

    // "בשבע" is "ב" and "שבע"; "and" is written together with any word.
    private List<Token> Split(IReadOnlyList<Token> said)
    {
        if (prefixes.Length == 0)
            return [.. said];
        var tokens = new List<Token>(said.Count + 4);
        foreach (var token in said)
        {
            if (token.Word.Length > 1 && prefixes.Contains(token.Word[0], StringComparison.Ordinal) && !numbers.ContainsKey(token.Word) && !phrases.ContainsKey(token.Word)
                && (numbers.ContainsKey(token.Word[1..]) || (joints.Contains(token.Word[..1]) && phrases.ContainsKey(token.Word[1..])) || token.Word[1..].All(static c => char.IsAsciiDigit(c) || c == ':')))
            {
                tokens.Add(new Token(token.Word[..1], token.Raw[..1]));
                tokens.Add(token with { Word = token.Word[1..], Raw = token.Raw[1..] });
            }
            else
                tokens.Add(token);
        }

        return tokens;
    }

    private (Phrase? Phrase, int Length, List<string[]> Numbers) Longest(List<Token> tokens, List<string> folded, int at, int number)
    {
        (Phrase? Phrase, int Length, List<string[]> Numbers) best = (null, 0, []);
        Consider(phrases.GetValueOrDefault(folded[at], []));
        if (number > 0)
            Consider(phrases.GetValueOrDefault(Number, []));
        return best;

        void Consider(Phrase[] candidates)
        {
            foreach (var phrase in candidates)
            {
                if (Fits(phrase, tokens, folded, at) is var (length, found) && length > best.Length)
                    best = (phrase, length, found);
            }
        }
    }

    private (int Length, List<string[]> Numbers)? Fits(Phrase phrase, List<Token> tokens, List<string> folded, int at)
    {
        var i = at;
        // Most candidates do not fit, and hold no number.
        List<string[]>? found = null;
        for (var n = 0; n < phrase.Heard.Length; n++)
        {
            // A phrase goes over no comma.
            if (i >= tokens.Count || (i > at && tokens[i - 1].Break))
                return null;
            if (phrase.Heard[n] != Number)
            {
                if (folded[i++] != phrase.Heard[n])
                    return null;
                continue;
            }

            var (length, words) = ReadNumber(tokens, folded, i);
            if (length == 0)
                return null;
            (found ??= []).Add(words);
            i += length;
        }

        return (i - at, found ?? []);
    }

    // "veinticinco", "двадцать пять", "treinta y cinco": what stands between tens and ones is left out.
    private (int Length, string[] Words) ReadNumber(List<Token> tokens, List<string> folded, int at)
    {
        List<string> words = [];
        var i = at;
        while (i < tokens.Count && i - at < LongestNumber && (i == at || !tokens[i - 1].Break))
        {
            if (i + 1 < tokens.Count && !tokens[i].Break && pairs.Contains(folded[i]) && numbers.TryGetValue($"{folded[i]} {folded[i + 1]}", out var both))
            {
                // "שתים עשרה"
                words.AddRange(both);
                i++;
            }
            else if (numbers.TryGetValue(folded[i], out var english))
                words.AddRange(english);
            else if (folded[i].Length <= 4 && folded[i].All(char.IsAsciiDigit))
                words.Add(folded[i]);
            else if (i > at && i + 1 < tokens.Count && joints.Contains(folded[i]) && Tens.Contains(words[^1])
                && numbers.TryGetValue(folded[i + 1], out var ones) && ones.Length == 1 && NumberWords.IsNumberWord(ones[0]) && !Tens.Contains(ones[0]) && ones[0] != "ten")
            {
                words.Add(ones[0]);
                i++;
            }
            else
                break;
            i++;
        }

        return (i - at, [.. words]);
    }

    private static List<string> Fill(string[] english, List<string[]> found)
    {
        var filled = new List<string>();
        var next = 0;
        foreach (var word in english)
        {
            if (word == Number)
                filled.AddRange(found[next++]);
            else if (word == Nth)
                filled.Add(Ordinal(found[next++]));
            else
                filled.Add(word);
        }

        return filled;
    }

    private static string Ordinal(string[] number) =>
        NumberWords.TryRead([.. number.Select(static word => new Token(word, word))], 0, out var value, out _) ? string.Create(CultureInfo.InvariantCulture, $"{value}th") : "";

    private static void Add(List<Token> read, List<Token> said, int at, int length, IReadOnlyList<string> words)
    {
        var raw = string.Join(' ', said.Skip(at).Take(length).Select(static token => token.Raw));
        var last = said[at + length - 1];
        for (var i = 0; i < words.Count; i++)
        {
            var isLast = i == words.Count - 1;
            read.Add(new Token(words[i], i == 0 ? raw : "", isLast && last.Break, isLast && last.SentenceEnd, IsRead: true));
        }
    }

    private sealed record Phrase(string[] Heard, string[] English);
}
