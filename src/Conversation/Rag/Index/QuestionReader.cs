using Parley.Conversation.Rag.Text;

namespace Parley.Conversation.Rag.Index;

/// <summary>One word of a question that counts, and the terms it may mean.</summary>
internal sealed record QuestionWord(string Text)
{
    /// <summary>How much it tells: the rarity of what it means, less for everyday words.</summary>
    public float Weight { get; set; }

    /// <summary>Whether the word itself is in the index.</summary>
    public bool IsKnown { get; set; }

    public List<Alternative> Alternatives { get; } = [];
}

/// <summary>Reads a caller's words as the terms of an index.</summary>
internal sealed class QuestionReader(Dictionary<string, int> terms, Vocabulary vocabulary, float[] rarity, float rarest, TextLanguage[] latin)
{
    /// <summary>Words of a question that are looked at; the first say what it is about.</summary>
    public const int MostWords = 40;

    private const int LongestSpan = 4;
    private const float CommonWeight = 0.3f;
    private const float ConceptQuality = 0.6f;

    public List<QuestionWord> Read(string text, string language)
    {
        var words = Word.Split(text, MostWords);
        var spoken = TextLanguages.Of(language) == TextLanguage.Spanish ? TextLanguage.Spanish : TextLanguage.English;
        var read = new QuestionWord?[words.Count];
        var stems = new string[words.Count];
        for (var i = 0; i < words.Count; i++)
        {
            var of = TextLanguages.Of(words[i].Text, spoken);
            stems[i] = Stemmer.Stem(words[i].Text, of);
            read[i] = Lexicon.Of(of).IsStop(words[i].Text) ? null : Exact(words[i], stems[i], of);
        }

        AddConcepts(words, stems, read, spoken);
        AddSpans(words, read, spoken);
        for (var i = 0; i < words.Count; i++)
        {
            if (read[i] is { IsKnown: false } word && char.IsLetter(word.Text[0]))
                AddNear(word, stems[i], TextLanguages.Of(word.Text, spoken));
        }

        var result = new List<QuestionWord>();
        foreach (var word in read)
        {
            // A word said twice asks no more than once.
            if (word is not null && !result.Exists(other => other.Text == word.Text))
                result.Add(word);
        }

        return result;
    }

    private QuestionWord Exact(Word word, string stem, TextLanguage language)
    {
        var read = new QuestionWord(word.Text);
        if (terms.TryGetValue(stem, out var term))
        {
            read.Alternatives.Add(new Alternative(term, 1));
            read.IsKnown = true;
            read.Weight = rarity[term];
        }
        else if (vocabulary.TryFind(word.Text, out term))
        {
            read.Alternatives.Add(new Alternative(term, 0.95f));
            read.IsKnown = true;
            read.Weight = rarity[term];
        }
        else
        {
            read.Weight = rarest;
            // The other Latin language of this tenant's texts.
            foreach (var other in language is TextLanguage.English or TextLanguage.Spanish ? latin : [])
            {
                if (other != language && terms.TryGetValue(Stemmer.Stem(word.Text, other), out term))
                    read.Alternatives.Add(new Alternative(term, 0.9f));
            }

            read.IsKnown = read.Alternatives.Count > 0;
        }

        if (word.IsNumber || Lexicon.Of(language).IsCommon(stem))
            read.Weight *= CommonWeight;
        else if (read.IsKnown && language is TextLanguage.English or TextLanguage.Spanish)
            vocabulary.AddSameSound(word.Text, language, leastSounds: 3, read.Alternatives);
        return read;
    }

    private void AddConcepts(List<Word> words, string[] stems, QuestionWord?[] read, TextLanguage spoken)
    {
        for (var i = 0; i < words.Count; i++)
        {
            var lexicon = Lexicon.Of(TextLanguages.Of(words[i].Text, spoken));
            for (var from = i; from >= 0 && from > i - Lexicon.LongestPhrase; from--)
            {
                foreach (var concept in lexicon.ConceptsOf(from == i ? stems[i] : string.Join('_', stems[from..(i + 1)])))
                {
                    var known = terms.TryGetValue(concept, out var term);
                    // What a phrase means hangs on its last word that counts, or on its last word.
                    var at = i;
                    while (at > from && read[at] is null)
                        at--;
                    if (read[at] is null)
                        read[at = i] = new QuestionWord(words[i].Text) { IsKnown = true, Weight = rarest * CommonWeight };
                    var word = read[at]!;
                    if (known)
                        word.Alternatives.Add(new Alternative(term, ConceptQuality));
                    if (from < i)
                        word.Weight = Math.Max(word.Weight, rarest * 0.5f);
                }
            }
        }
    }

    // "Tear a me sue", "pent house": words that together are one.
    private void AddSpans(List<Word> words, QuestionWord?[] read, TextLanguage spoken)
    {
        var found = new List<Alternative>();
        for (var from = 0; from < words.Count; from++)
        {
            var joined = words[from].Text;
            for (var to = from + 1; to < words.Count && to < from + LongestSpan; to++)
            {
                if (words[to].IsNumber || words[from].IsNumber)
                    break;
                joined += words[to].Text;
                if (joined.Length > 24)
                    break;
                var span = read.AsSpan(from, to - from + 1);
                var (counted, strange) = (0, 0);
                foreach (var word in span)
                {
                    counted += word is null ? 0 : 1;
                    strange += word is { IsKnown: false } ? 1 : 0;
                }

                if (counted == 0)
                    continue;
                found.Clear();
                var language = TextLanguages.Of(joined, spoken);
                if (vocabulary.TryFind(joined, out var term))
                    found.Add(new Alternative(term, 0.95f));
                else if (strange > 0)
                {
                    vocabulary.AddSameSound(joined, language, leastSounds: 2, found);
                    var stem = Stemmer.Stem(joined, language);
                    if (stem.Length < joined.Length)
                        vocabulary.AddSameSound(stem, language, leastSounds: 3, found);
                    if (to == from + 1 && found.Count == 0)
                        vocabulary.AddAlike(joined, language, 0.7, found);
                }

                foreach (var one in found)
                {
                    foreach (var word in span)
                        word?.Alternatives.Add(one with { Share = 1f / counted });
                }
            }
        }
    }

    private void AddNear(QuestionWord word, string stem, TextLanguage language)
    {
        // Everyday words are rarely misheard for a rare one.
        if (Lexicon.Of(language).IsCommon(stem))
            return;
        vocabulary.AddSameSound(word.Text, language, leastSounds: 2, word.Alternatives);
        vocabulary.AddAlike(word.Text, language, 0, word.Alternatives);
        // "Glutenfree".
        for (var cut = 3; cut <= word.Text.Length - 3; cut++)
        {
            if (vocabulary.TryFind(word.Text[..cut], out var first) && vocabulary.TryFind(word.Text[cut..], out var second))
            {
                word.Alternatives.Add(new Alternative(first, 0.8f));
                word.Alternatives.Add(new Alternative(second, 0.8f));
            }
        }
    }
}
