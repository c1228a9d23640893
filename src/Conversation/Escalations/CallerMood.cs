using System.Globalization;
using System.Text;
using Parley.Conversation.Agents;

namespace Parley.Conversation.Escalations;

/// <summary>What the last of a caller's turns gives away that those before did not.</summary>
/// <param name="Angry">The caller is angry.</param>
/// <param name="Misunderstood">The caller was not understood, several times.</param>
public readonly record struct MoodSigns(bool Angry, bool Misunderstood)
{
    /// <summary>A person is to be offered.</summary>
    public bool WantPerson => Angry || Misunderstood;
}

/// <summary>
/// Tells by simple rules whether a caller has become angry or is not understood:
/// <list type="bullet">
/// <item>Angry: one strong phrase, or two mild words within <see cref="AngerTurns"/> turns; none that a "not" before takes back.</item>
/// <item>Misunderstood: no words were recognised <see cref="MostMisses"/> times in a row; or two signs within <see cref="RepeatTurns"/> turns, a sign
/// being a phrase such as "I already told you", or the caller's own sentence of three words or more over again.</item>
/// </list>
/// Each is told once a call, with the turn in which it first holds.
/// </summary>
public static class CallerMood
{
    /// <summary>Turns in which two mild words are anger.</summary>
    public const int AngerTurns = 3;

    /// <summary>Turns in which two signs are misunderstanding.</summary>
    public const int RepeatTurns = 4;

    /// <summary>Times in a row that nothing was recognised.</summary>
    public const int MostMisses = 3;

    private const int NegationReach = 3;

    private static readonly string[][] StrongPhrases = Split(MoodPhrases.Strong);
    private static readonly string[][] MildPhrases = Split(MoodPhrases.Mild);
    private static readonly string[][] RepeatPhrases = Split(MoodPhrases.Misunderstood);
    private static readonly string[][] PleasedPhrases = Split(MoodPhrases.Pleased);

    /// <summary>Reads the caller's newest turn in the light of those before.</summary>
    public static MoodSigns Read(IReadOnlyList<HistoryEntry> history, AgentTrigger trigger)
    {
        ArgumentNullException.ThrowIfNull(history);
        var missed = trigger is AgentTrigger.NotUnderstood { Times: MostMisses };
        if (trigger is not AgentTrigger.CallerSaid said)
            return new MoodSigns(false, missed);
        return Read([.. history.Where(static h => h.Speaker == Speaker.Caller).Select(static h => h.Text), said.Text]);
    }

    /// <summary>Whether a caller ever was angry.</summary>
    public static bool WasAngry(IEnumerable<string> callerTurns) => FirstAnger([.. callerTurns.Select(Words)]) >= 0;

    /// <summary>Whether a caller ever was not understood.</summary>
    public static bool WasMisunderstood(IEnumerable<string> callerTurns) => FirstMisunderstanding([.. callerTurns.Select(Words)]) >= 0;

    /// <summary>Whether a turn sounds pleased.</summary>
    public static bool IsPleased(string turn) => Count(Words(turn), PleasedPhrases) > 0;

    private static MoodSigns Read(string[] turns)
    {
        string[][] words = [.. turns.Select(Words)];
        return new MoodSigns(FirstAnger(words) == turns.Length - 1, FirstMisunderstanding(words) == turns.Length - 1);
    }

    private static int FirstAnger(string[][] turns)
    {
        var mild = new int[turns.Length];
        for (var i = 0; i < turns.Length; i++)
        {
            mild[i] = Count(turns[i], MildPhrases);
            if (Count(turns[i], StrongPhrases) > 0 || mild[Math.Max(0, i - AngerTurns + 1)..(i + 1)].Sum() >= 2)
                return i;
        }

        return -1;
    }

    private static int FirstMisunderstanding(string[][] turns)
    {
        var signs = new int[turns.Length];
        for (var i = 0; i < turns.Length; i++)
        {
            signs[i] = Count(turns[i], RepeatPhrases) > 0 || Repeats(turns, i) ? 1 : 0;
            if (signs[Math.Max(0, i - RepeatTurns + 1)..(i + 1)].Sum() >= 2)
                return i;
        }

        return -1;
    }

    // The same sentence again, give or take a word: at least four of five words are the same.
    private static bool Repeats(string[][] turns, int at)
    {
        if (turns[at].Length < 3)
            return false;
        var words = turns[at].ToHashSet(StringComparer.Ordinal);
        return turns[Math.Max(0, at - 2)..at].Any(before => before.Length >= 3
            && words.Intersect(before, StringComparer.Ordinal).Count() * 5 >= words.Union(before, StringComparer.Ordinal).Count() * 4);
    }

    private static int Count(string[] words, string[][] phrases)
    {
        var count = 0;
        for (var at = 0; at < words.Length; at++)
        {
            if (PhraseAt(words, at, phrases) is not { } found || IsNegated(words, at, found))
                continue;
            count++;
            at += found.Length - 1;
        }

        return count;
    }

    // Asked for every word of every turn: a loop, not a query, which would allocate each time.
    private static string[]? PhraseAt(string[] words, int at, string[][] phrases)
    {
        foreach (var phrase in phrases)
        {
            if (StartsAt(words, at, phrase))
                return phrase;
        }

        return null;
    }

    private static bool StartsAt(string[] words, int at, string[] phrase)
    {
        if (at + phrase.Length > words.Length)
            return false;
        for (var i = 0; i < phrase.Length; i++)
        {
            var (word, wanted) = (words[at + i], phrase[i]);
            if (wanted.EndsWith('*') ? !word.AsSpan().StartsWith(wanted.AsSpan(..^1)) : word != wanted)
                return false;
        }

        return true;
    }

    // "No, this is ridiculous": a word that only begins the answer takes nothing back. "No estoy enojado" does.
    private static bool IsNegated(string[] words, int at, string[] phrase)
    {
        if (phrase.Any(MoodPhrases.Negations.Contains))
            return false;
        for (var i = at - 1; i >= Math.Max(0, at - NegationReach); i--)
        {
            if (MoodPhrases.Negations.Contains(words[i]) && !(i == 0 && words[i] is "no" or "нет" && words[1] is not ("estoy" or "es" or "soy" or "fue" or "esta" or "tengo")))
                return true;
        }

        return false;
    }

    private static string[][] Split(string[] phrases) => [.. phrases.Select(static phrase => phrase.Split(' '))];

    private static string[] Words(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text.Replace('’', '\'').ToLowerInvariant().Normalize(NormalizationForm.FormD))
        {
            // Accents go, and with them the breve of й, which is put on again by composing: so only marks on Latin letters and ё.
            if (char.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark)
            {
                if (letter == '\u0306')
                    plain.Append(letter);
                continue;
            }

            plain.Append(char.IsLetterOrDigit(letter) || letter == '\'' ? letter : ' ');
        }

        return plain.ToString().Normalize(NormalizationForm.FormC).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
