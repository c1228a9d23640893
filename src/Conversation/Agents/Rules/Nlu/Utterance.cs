namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>What a caller said, as tokens. Clauses are utterances of their own.</summary>
internal sealed class Utterance
{
    private readonly string _padded;
    private string? _joined;

    private Utterance(string raw, IReadOnlyList<Token> tokens, bool questionMark)
    {
        Raw = raw;
        Tokens = tokens;
        HasQuestionMark = questionMark;
        _padded = ' ' + string.Join(' ', tokens.Select(t => t.Word)) + ' ';
        Words = _padded.Trim();
    }

    /// <summary>As recognised, trimmed.</summary>
    public string Raw { get; }

    public IReadOnlyList<Token> Tokens { get; }

    public bool HasQuestionMark { get; }

    /// <summary>The normalised words, separated by single spaces.</summary>
    public string Words { get; }

    /// <summary>The normalised words without spaces; made once, since every name of a tenant is looked for in it.</summary>
    public string Joined => _joined ??= Words.Replace(" ", "", StringComparison.Ordinal);

    public int Count => Tokens.Count;

    /// <summary>Reads what was said.</summary>
    /// <param name="text">As recognised.</param>
    /// <param name="language">BCP 47; English where it is none of those that <see cref="HeardWords"/> knows.</param>
    public static Utterance Parse(string text, string language = "en") =>
        new(text.Trim(), Normalizer.Tokenize(text, HeardWords.Of(language)), text.Contains('?', StringComparison.Ordinal));

    public static Utterance Of(IEnumerable<Token> tokens, bool questionMark = false)
    {
        var list = tokens.ToList();
        return new Utterance(string.Join(' ', list.Select(t => t.Raw).Where(raw => raw.Length > 0)), list, questionMark);
    }

    /// <summary>Whether the words occur, whole and in this order.</summary>
    public bool Has(string phrase)
    {
        for (var at = _padded.IndexOf(phrase, StringComparison.Ordinal); at >= 0; at = _padded.IndexOf(phrase, at + 1, StringComparison.Ordinal))
        {
            if (_padded[at - 1] == ' ' && _padded[at + phrase.Length] == ' ')
                return true;
        }

        return false;
    }

    public bool HasAny(params ReadOnlySpan<string> phrases)
    {
        foreach (var phrase in phrases)
        {
            if (Has(phrase))
                return true;
        }

        return false;
    }

    public bool IsAny(params ReadOnlySpan<string> phrases) => phrases.Contains(Words);

    public bool StartsWithAny(params ReadOnlySpan<string> phrases)
    {
        foreach (var phrase in phrases)
        {
            if (_padded.AsSpan(1).StartsWith(phrase, StringComparison.Ordinal) && _padded[1 + phrase.Length] == ' ')
                return true;
        }

        return false;
    }

    /// <summary>Sentences, and the parts of "... and can I ..." that are wishes of their own.</summary>
    public IReadOnlyList<Utterance> Clauses()
    {
        var clauses = new List<Utterance>();
        var start = 0;
        for (var i = 0; i < Tokens.Count; i++)
        {
            var joined = i > start && i + 1 < Tokens.Count && Tokens[i].Word is "and" or "but" or "also"
                && IsClauseOpener(i + 1);
            if (joined)
            {
                clauses.Add(Of(Tokens.Skip(start).Take(i - start), HasQuestionMark));
                start = i + 1;
            }
            else if (Tokens[i].SentenceEnd)
            {
                clauses.Add(Of(Tokens.Skip(start).Take(i - start + 1), HasQuestionMark));
                start = i + 1;
            }
        }

        if (start < Tokens.Count)
            clauses.Add(Of(Tokens.Skip(start), HasQuestionMark));
        return clauses;
    }

    // "my name" opens a clause, "my husband" does not.
    private bool IsClauseOpener(int at) => Tokens[at].Word == "my"
        ? at + 1 < Tokens.Count && Tokens[at + 1].Word is "name" or "name's" or "number" or "phone"
        : Tokens[at].Word is "can" or "could" or "may" or "i" or "i'd" or "i'll" or "i've" or "what" or "what's" or "where" or "where's" or "when" or "how" or "do"
        or "is" or "are" or "would" or "will" or "does" or "we'd" or "please" or "also" or "tell";
}
