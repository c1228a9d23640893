using System.Text.RegularExpressions;
using Parley.Conversation.Rag.Text;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>
/// Finds short statements about the business that hold no number: what it has, offers, accepts, allows, what is free or included. Only the forms that
/// receptionists answer with are looked for; whatever else is said is not held up.
/// </summary>
internal static partial class FactReader
{
    private const int MostAnswerWords = 6;
    private const int MostListWords = 4;

    private static readonly string[] Between = ["do", "dont", "can", "cannot", "cant", "also", "always", "only", "never", "not", "even", "still", "currently", "usually", "happily", "gladly", "now"];

    private static readonly string[] NoObject =
        ["to", "been", "received", "noted", "already", "you", "your", "yours", "it", "that", "this", "them", "everything", "booked", "reserved", "just", "had", "care", "note", "made", "sent", "put", "set"];

    private static readonly string[] Conditional = ["if", "when", "whether", "once", "should", "unless", "si", "cuando", "если", "когда", "אם", "כש"];
    private static readonly string[] Pronouns = ["it", "they", "that", "those", "these", "this", "which", "eso", "esto", "это", "они", "זה", "הם"];
    private static readonly string[] Persons = ["you", "youre", "i", "im", "ill", "he", "she", "usted", "вы", "я", "אתם", "אני"];
    private static readonly string[] Joints = ["and", "or", "y", "e", "o", "u", "и", "или", "או", "nor", "ni"];
    private static readonly string[] Openers = ["yes", "sure", "and", "or", "also", "well", "so", "oh", "then", "plus", "si", "да", "и", "כן", "y", "claro", "certainly", "absolutely", "actually"];

    /// <summary>The statements of a sentence.</summary>
    public static List<FactClaim> Read(string sentence)
    {
        List<FactClaim> claims = [];
        if (sentence.TrimEnd().EndsWith('?') || Hedge().IsMatch(sentence))
            return claims;
        var language = FactWords.LanguageOf(sentence);
        if (Answer().Match(sentence) is { Success: true } answer && FactWords.Split(sentence).Count <= MostAnswerWords)
            return [new FactClaim(FactKind.Answer, [], [], [], answer.Groups["no"].Success, language)];
        foreach (var text in Clause().Split(sentence))
        {
            var words = Opened(FactWords.Split(text));
            if (words.Count == 0 || Conditional.Contains(words[0]))
                continue;
            if (Find(words) is not { } found)
            {
                // "We take Visa, Mastercard and cash, but no checks": a list goes on.
                if (claims.Count == 0 || claims[^1].Kind != FactKind.Offer || !IsOfList(words) || Things(words, language) is not { Count: > 0 } more)
                    continue;
                if (!claims[^1].IsDenied && words.Exists(static w => FactWords.Is(w, "deny")))
                    claims.Add(claims[^1] with { Things = more, Rest = [], Counts = [], IsDenied = true });
                else
                    claims[^1] = claims[^1] with { Things = [.. claims[^1].Things, .. more] };
                continue;
            }

            var denied = words.Exists(static w => FactWords.Is(w, "deny"));
            var things = Things(found.Thing, language);
            if (things.Count == 0 && found.IsPronoun)
            {
                // "We have a gym, and it is free."
                claims.Add(new FactClaim(found.Kind, claims.Count > 0 ? claims[^1].Things : [], [], [], denied, language));
            }
            else if (things.Count > 0)
                claims.Add(new FactClaim(found.Kind, things, [.. FactWords.Terms([.. found.Rest.TakeWhile(static w => !Conditional.Contains(w))], language)], Counts(found.Thing), denied, language));
        }

        return claims;
    }

    /// <summary>Whether a part of a sentence begins such a statement, so that its end is waited for.</summary>
    public static bool Begins(string part) => !Hedge().IsMatch(part) && Clause().Split(part).Any(static text => Find(Opened(FactWords.Split(text))) is not null);

    // "For eighteen dollars" and "on Tuesdays" are said of what the list is of.
    private static bool IsOfList(List<string> words) => words.Count <= MostListWords && !FactWords.Is(words[0], "preposition")
        && !words.Exists(static w => FactWords.Is(w, "be") || Persons.Contains(w) || w is "we" or "do" or "does" or "can");

    private static List<string> Opened(List<string> words)
    {
        var start = 0;
        while (start < words.Count && Openers.Contains(words[start]))
            start++;
        return words[start..];
    }

    private static Found? Find(List<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (word is "we" or "weve" && Verb(words, i + 1) is { } verb)
                return Offered(words, verb);
            if (word == "there" && i == 0 && words.Count > 1 && words[1] is not ("you" or "we" or "they" or "he" or "she"))
                return Behind(words, FactWords.Is(words[1], "be") ? 2 : 1, FactKind.Offer);
            if (word is "you" && i + 1 < words.Count && words[i + 1] is "can" or "may" or "cant" or "cannot" && i == 0)
                return Possible(words, i + 2);
            if (word == "youre" && i + 2 < words.Count && words[i + 1] == "welcome" && words[i + 2] == "to")
                return Possible(words, i + 3);
            if (FactWords.Is(word, "can-es") && i <= 2 || (FactWords.Is(word, "can-ru", "can-he") && i <= 3))
                return Possible(words, i + 1, i == 0 ? null : words[..i]);
            if (i <= 3 && (FactWords.Is(word, "offer-es", "deed-es", "offer-ru", "deed-ru", "offer-he", "deed-he") || (word is "нет" && i >= 2 && words[i - 1] == "нас") || (word is "אין" && i == 0)))
                return Offered(words, i);
        }

        return Predicate(words);
    }

    // The verb behind "we", with nothing but small words between.
    private static int? Verb(List<string> words, int from)
    {
        for (var i = from; i < Math.Min(from + 4, words.Count); i++)
        {
            if (FactWords.Is(words[i], "offer-en", "deed-en") && !(words[i] == "do" && i + 1 < words.Count && (Between.Contains(words[i + 1]) || FactWords.Is(words[i + 1], "offer-en", "deed-en"))))
                return i;
            if (!Between.Contains(words[i]))
                return null;
        }

        return null;
    }

    private static Found? Offered(List<string> words, int verb)
    {
        if (FactWords.Is(words[verb], "deed-en", "deed-es", "deed-ru", "deed-he"))
            return Behind(words, verb, FactKind.Offer);
        var first = verb + 1;
        while (first < words.Count && words[first] is "con" or "de" or "לנו" or "אצלנו" or "also" or "still")
            first++;
        if (words.Skip(first).Take(3).Any(static w => w is "you" or "your") || (first < words.Count && NoObject.Contains(words[first])))
            return null;
        if (first < words.Count)
            return Behind(words, first, FactKind.Offer);
        // "У нас бассейн есть."
        return verb > 0 && !words.Contains("we") ? Behind(words[..verb], 0, FactKind.Offer) : new Found(FactKind.Offer, [], [], false);
    }

    private static Found? Possible(List<string> words, int from, List<string>? before = null)
    {
        if (from < words.Count && FactWords.Is(words[from], "talk"))
            return null;
        var found = Behind(words, from, FactKind.Can);
        return before is null ? found : found with { Rest = [.. before, .. found.Rest] };
    }

    private static Found Behind(List<string> words, int from, FactKind kind)
    {
        // "There is nobody I can connect you with."
        var named = FactWords.Is(words.ElementAtOrDefault(from) ?? "", "deed-en") ? from + 1 : from;
        var first = words.FindIndex(Math.Min(named, words.Count), static w => !FactWords.Is(w, "deny", "idle") && w is not ("a" or "an" or "the" or "un" or "una"));
        if (first >= 0 && FactWords.Is(words[first], "call") && !FactWords.IsCompound(words, first))
            return new Found(kind, [], [], false);
        var end = words.FindIndex(Math.Min(from, words.Count), static w => FactWords.Is(w, "preposition"));
        // "de" and "of" join what belongs together; they are no prepositions here.
        return end < 0 ? new Found(kind, words[Math.Min(from, words.Count)..], [], false) : new Found(kind, words[from..end], words[end..], false);
    }

    private static Found? Predicate(List<string> words)
    {
        for (var p = 1; p < words.Count; p++)
        {
            FactKind? kind = FactWords.Is(words[p], "free") ? FactKind.Free : FactWords.Is(words[p], "included") ? FactKind.Included : FactWords.Is(words[p], "allowed") ? FactKind.Allowed : null;
            if (kind is null)
                continue;
            var be = words.FindLastIndex(p, Math.Min(p, 4), static w => FactWords.Is(w, "be") || w is "were");
            var needsNone = words[p][0] > 'z';
            if ((be < 0 && !needsNone) || (be == 0 && words[be] != "were"))
                continue;
            // "we're" is read as "were": "we are wheelchair accessible".
            var subject = be < 0 ? words[..p] : words[be] == "were" || (be > 0 && words[be - 1] == "we") ? [] : words[..be];
            // "... if the room is free" is a condition.
            if (subject.Exists(static w => Persons.Contains(w) || Conditional.Contains(w)))
                return null;
            var cut = subject.FindIndex(static w => FactWords.Is(w, "preposition"));
            // "For our guests the pool is free": what stands first is not what it is of.
            if (cut == 0)
                return null;
            var inside = be < 0 ? [] : words[(be + 1)..p];
            List<string> thing = [.. cut < 0 ? subject : subject[..cut], .. inside];
            return new Found(kind.Value, thing, [.. cut < 0 ? [] : subject[cut..], .. words[(p + 1)..]], subject.Count > 0 && subject.TrueForAll(Pronouns.Contains));
        }

        return null;
    }

    private static List<IReadOnlyList<string>> Things(List<string> words, TextLanguage language)
    {
        List<IReadOnlyList<string>> things = [];
        List<string> one = [];
        foreach (var word in words.Append("and"))
        {
            if (!Joints.Contains(word))
            {
                if (!FactWords.Is(word, "call", "booking") && FactWords.Term(word, language) is { } term)
                    one.Add(term);
                continue;
            }

            if (one.Count > 0)
                things.Add([.. one]);
            one.Clear();
        }

        things.AddRange(FactWords.Compounds(words).Select(static compound => (IReadOnlyList<string>)[compound]));
        return things;
    }

    private static List<decimal> Counts(List<string> words) => [.. TextReading.Of(string.Join(' ', words)).AllNumbers.Where(static n => n > 1)];

    private sealed record Found(FactKind Kind, List<string> Thing, List<string> Rest, bool IsPronoun);

    [GeneratedRegex(@"[,;:.!]+|\s+[–—-]\s+|\b(?:but|pero|но|אבל)\b|\b(?:and|y|и)\s+(?=(?:we|you|there|it|they|tenemos|hay|es|мы|у нас)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex Clause();

    [GeneratedRegex(
        @"\b(don['’]t know|do not know|not sure|not certain|can['’]t say|let me (check|see|ask|look)|i['’]ll (check|ask|see|find)|would have to (check|ask)|whether|no (lo )?sé|no estoy segur|не знаю|не уверен|уточн)|לא יודע|לא בטוח|אבדוק", RegexOptions.IgnoreCase)]
    private static partial Regex Hedge();

    [GeneratedRegex(@"^\W*(yes|no|sure|certainly|of course|absolutely|unfortunately|i['’]m sorry)\W+(of course\W+)?(no\W+)?(we|you|they|it|there)\s+(do|are|is|can|does|have)\s*(?<no>n['’]t|not|n['’]t any)?\W*$|^\W*(yes|no)\W+(we|you|they|it|there)\s+(?<no>don['’]t|aren['’]t|isn['’]t|can['’]t|cannot|doesn['’]t|haven['’]t)\W*$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Answer();
}
