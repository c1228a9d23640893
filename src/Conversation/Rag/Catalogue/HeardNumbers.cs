using System.Collections.Frozen;

namespace Parley.Conversation.Rag.Catalogue;

/// <summary>
/// Numbers that a recogniser wrote as words that sound like them: "size mine", "Jordan for", "air force won", "ten and a heart". They are taken for numbers only
/// where a number fits: behind "size", before a half, behind a word that has this number behind it in a product's name, and at the end of "in a ...".
/// </summary>
/// <param name="follows">Whether a name has the second word right behind the first.</param>
/// <param name="isKind">Whether a word is a variant, or sounds like one.</param>
internal sealed class HeardNumbers(Func<string, string, bool> follows, Func<string, bool> isKind)
{
    // What the English numbers were heard as, by people and by recognisers of telephone speech.
    private static readonly FrozenDictionary<string, string> Alike = new Dictionary<string, string>
    {
        ["1"] = "won wan once wonder", ["2"] = "to too tu", ["3"] = "free tree", ["4"] = "for fore ford fort forth fourth force forward", ["5"] = "fife hive", ["6"] = "sicks sex",
        ["7"] = "heaven sven", ["8"] = "ate eat ait hate", ["9"] = "mine nein nigh knife line", ["10"] = "tan tin den", ["11"] = "leaven", ["12"] = "twelfth",
    }.SelectMany(number => number.Value.Split(' '), static (number, word) => (Word: word, Number: number.Key)).ToFrozenDictionary(h => h.Word, h => h.Number);

    // Ordinary little words: numbers only where the sentence does not go on with them.
    private static readonly FrozenSet<string> Little = FrozenSet.Create("to", "too", "for", "once", "free", "forward");

    // In "in a tan" it is a colour more often than a size.
    private static readonly FrozenSet<string> Colours = FrozenSet.Create("tan");

    private static readonly FrozenSet<string> GoesOn = FrozenSet.Create(
        "in", "and", "or", "size", "sized", "inside", "please", "is", "are", "left", "available", "there", "sold", "retro", "with", "from", "still");

    private static readonly FrozenSet<string> Articles = FrozenSet.Create("a", "an", "the", "us", "is", "de");
    private static readonly FrozenSet<string> Sizes = FrozenSet.Create("size", "sized", "sizes");
    private static readonly FrozenSet<string> LikeSize = FrozenSet.Create("inside", "sighs", "sides", "side", "sighed");
    private static readonly FrozenSet<string> Ands = FrozenSet.Create("and", "in", "an", "on", "under");
    private static readonly FrozenSet<string> LikeHalf = FrozenSet.Create("half", "halve", "heart", "hard", "hat", "harp", "hath");

    /// <summary>Puts numbers where words that sound like them stand in their place.</summary>
    /// <param name="words">The words as they were heard; they are changed.</param>
    public void Mend(List<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (LikeSize.Contains(words[i]) && NumberAt(words, Behind(words, i)) is not null)
                words[i] = "size";
            if (Alike.TryGetValue(words[i], out var heard) && Fits(words, i, heard))
                words[i] = heard;
            // "And a heart" is a half behind a number only.
            if (SpokenNumbers.IsNumber(words[i]) && HalfAt(words, i + 1) is > 0 and var length)
            {
                words.RemoveRange(i + 1, length);
                words.InsertRange(i + 1, ["and", "a", "half"]);
            }
        }
    }

    /// <summary>A size that was asked for by itself, with the same care: "mine", "ten and a heart".</summary>
    public string Size(string text)
    {
        List<string> words = ["size", .. SpokenNumbers.Words(text)];
        Mend(words);
        return SpokenNumbers.Size(string.Join(' ', words));
    }

    private static string? NumberAt(List<string> words, int at) =>
        at >= words.Count ? null : Alike.TryGetValue(words[at], out var number) ? number : SpokenNumbers.IsNumber(words[at]) ? words[at] : null;

    private bool Fits(List<string> words, int at, string number)
    {
        if (HalfAt(words, at + 1) > 0)
            return true;
        var before = at - 1;
        var isName = before >= 0 && !follows(words[before], words[at]) && follows(words[before], number);
        if (isName)
            return !Little.Contains(words[at]) || IsOver(words, at + 1);
        while (before >= 0 && Articles.Contains(words[before]))
            before--;
        if (before < 0)
            return false;
        if (Sizes.Contains(words[before]))
            return !Little.Contains(words[at]) || IsOver(words, at + 1);
        return words[before] == "in" && !Little.Contains(words[at]) && !Colours.Contains(words[at]) && !isKind(words[at])
            && (at + 1 == words.Count || words[at + 1] is "please");
    }

    // The sentence is over behind it, or goes on with a size or a kind.
    private bool IsOver(List<string> words, int at) =>
        at >= words.Count || GoesOn.Contains(words[at]) || SpokenNumbers.IsNumber(words[at]) || isKind(words[at]);

    private static int Behind(List<string> words, int at)
    {
        at++;
        while (at < words.Count && Articles.Contains(words[at]))
            at++;
        return at;
    }

    private static int HalfAt(List<string> words, int at)
    {
        if (at + 1 >= words.Count || !Ands.Contains(words[at]))
            return 0;
        return at + 2 < words.Count && Articles.Contains(words[at + 1]) && LikeHalf.Contains(words[at + 2]) ? 3 : words[at + 1] == "half" ? 2 : 0;
    }
}
