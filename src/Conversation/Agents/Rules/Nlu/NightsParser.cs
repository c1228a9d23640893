namespace Parley.Conversation.Agents.Rules.Nlu;

/// <summary>How long a stay is: <c>for three nights</c>, <c>one night</c>, <c>for a week</c>.</summary>
internal static class NightsParser
{
    private const int Most = 60;

    /// <summary>The number of nights, its words marked as used; null when none is named.</summary>
    /// <param name="tokens">What was said.</param>
    /// <param name="used">Words that mean something else already.</param>
    /// <param name="bareNumber">A number alone is one of nights: they were asked for.</param>
    public static int? Read(IReadOnlyList<Token> tokens, bool[] used, bool bareNumber)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            int count;
            var length = 1;
            if (used[i])
                continue;
            if (tokens[i].Word is "a" && i > 0 && tokens[i - 1].Word is "for" or "just" or "only")
                count = 1;
            else if (!NumberWords.TryRead(tokens, i, out count, out length))
                continue;

            var unit = i + length < tokens.Count ? tokens[i + length].Word : "";
            // "In two weeks" is a day, "for two weeks" is a stay.
            var nights = unit is "night" or "nights" ? count
                : unit is "week" or "weeks" && i > 0 && tokens[i - 1].Word == "for" ? count * 7
                : unit is "" or "please" && bareNumber ? count : 0;
            if (nights is < 1 or > Most)
            {
                i += length - 1;
                continue;
            }

            Array.Fill(used, true, i, Math.Min(length + 1, tokens.Count - i));
            return nights;
        }

        return null;
    }
}
