namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>How many people: <c>for four</c>, <c>party of six</c>, <c>there are five of us</c>, <c>two adults and two kids</c>.</summary>
internal static class PartySizeParser
{
    public static int? Read(IReadOnlyList<Token> tokens, bool[] used, bool bareNumber)
    {
        int? sure = null;
        int? bare = null;
        var heads = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (used[i])
                continue;
            int value;
            var length = 1;
            var isPair = false;
            if (tokens[i].Word == "couple" || (tokens[i].Word == "dozen" && Before(tokens, i) is "a"))
                (value, isPair) = (tokens[i].Word == "couple" ? 2 : 12, true);
            else if (!NumberWords.TryRead(tokens, i, out value, out length))
                continue;
            if (IsNegated(tokens, i))
            {
                i += length - 1;
                continue;
            }

            var next = i + length < tokens.Count && !used[i + length] && !tokens[i + length - 1].Break ? tokens[i + length].Word : "";
            var afterNext = i + length + 1 < tokens.Count ? tokens[i + length + 1].Word : "";
            if (next is "adults" or "adult" or "children" or "kids" or "child" or "kid" or "babies" or "baby" or "grownups")
            {
                heads += value;
                i += length;
                continue;
            }

            var counted = next is "people" or "persons" or "person" or "guests" or "guest" or "pax" or "places" or "seats" or "diners" or "friends" or "top"
                || (next == "of" && afterNext is "us");
            var introduced = Before(tokens, i) is "for" || (Before(tokens, i) == "of" && i > 1 && tokens[i - 2].Word is "party" or "group" or "table")
                || Before(tokens, i) is "we're" || (Before(tokens, i) == "are" && i > 1 && tokens[i - 2].Word is "we" or "there") || (Before(tokens, i) == "be" && i > 1 && tokens[i - 2].Word is "we'll" or "will" or "we")
                || (isPair && bareNumber) || (Before(tokens, i) is "a" && i > 1 && tokens[i - 2].Word == "for" && isPair);
            var unit = next is "minutes" or "hours" or "hour" or "weeks" or "days" or "nights" or "night" or "years" or "year" or "dollars" or "rooms" or "room";
            if ((counted || introduced) && !unit && value > 0)
                sure = value;
            else if (bareNumber && !unit && value > 0)
                bare = value;
            i += length - 1;
        }

        if (heads > 0)
            return heads;
        if (sure is not null)
            return sure;
        var words = ' ' + string.Join(' ', tokens.Select(t => t.Word)) + ' ';
        if (words.Contains(" just me ", StringComparison.Ordinal) || words.Contains(" only me ", StringComparison.Ordinal)
            || words.Contains(" just myself ", StringComparison.Ordinal) || words.Contains(" for myself ", StringComparison.Ordinal))
            return 1;
        foreach (var pair in (ReadOnlySpan<string>)[" me and my ", " my wife and ", " my husband and ", " both of us ", " the two of us "])
        {
            if (words.Contains(pair, StringComparison.Ordinal))
                return 2;
        }

        return bare;
    }

    private static string Before(IReadOnlyList<Token> tokens, int at) => at > 0 && !tokens[at - 1].Break ? tokens[at - 1].Word : "";

    private static bool IsNegated(IReadOnlyList<Token> tokens, int at)
    {
        var before = at - 1;
        while (before >= 0 && tokens[before].Word == "for")
            before--;
        return before >= 0 && !tokens[before].Break && tokens[before].Word == "not";
    }
}
