namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>Finds a message that is said right with the wish to leave it: "can you tell Maria that the flowers come on Thursday".</summary>
internal static class MessageText
{
    private const int LeastWords = 3;

    /// <summary>The message in the caller's words, or null.</summary>
    public static string? Find(Utterance said)
    {
        var tokens = said.Tokens;
        for (var i = 0; i + LeastWords < tokens.Count; i++)
        {
            var tells = tokens[i].Word is "tell" or "inform" or "remind" && tokens[i + 1].Word is not ("me" or "you" or "us");
            var lets = tokens[i].Word == "let" && tokens[i + 2].Word == "know" && tokens[i + 1].Word is not ("me" or "you" or "us");
            if ((tells || lets) && tokens.Count - i > LeastWords + 1)
                return Sentence(tokens, i, said.Raw);
        }

        return null;
    }

    /// <summary>What was dictated, cleaned of its wrapping.</summary>
    public static string Clean(Utterance said)
    {
        var text = said.Raw.Trim();
        foreach (var lead in (ReadOnlySpan<string>)["yes please,", "yes,", "yes.", "okay,", "ok,", "sure,", "please"])
        {
            if (text.StartsWith(lead, StringComparison.OrdinalIgnoreCase) && text.Length > lead.Length + 10)
                text = text[lead.Length..].TrimStart(' ', ',');
        }

        return text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
    }

    // The original wording with its punctuation is the better message: find the verb in it.
    private static string Sentence(IReadOnlyList<Token> tokens, int at, string raw)
    {
        var start = raw.IndexOf(tokens[at].Raw + " " + tokens[at + 1].Raw, StringComparison.Ordinal);
        var text = start >= 0 ? raw[start..] : string.Join(' ', tokens.Skip(at).Select(t => t.Raw));
        text = text.TrimEnd('?', ' ');
        return char.ToUpperInvariant(text[0]) + text[1..];
    }
}
