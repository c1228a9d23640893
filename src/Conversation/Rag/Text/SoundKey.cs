using System.Text;

namespace Parley.Conversation.Rag.Text;

/// <summary>
/// What a word sounds like, roughly: its consonants, with voiced and voiceless ones taken together, and whether a vowel begins it. Words that a
/// recogniser mistakes for each other mostly share it. Spelling rules of English, Spanish, Russian and Hebrew.
/// </summary>
internal static class SoundKey
{
    private const string RussianLetters = "бпвфгкдтзсжшщчцлмнрх";
    private const string RussianSounds = "ппффккттссшшшчслмнрх";
    private const string HebrewLetters = "בגדזחטכךלמםנןספףצץקרשת";
    private const string HebrewSounds = "בגדזקתקקלממננספפצצקרשת";

    public static string Of(string word, TextLanguage language) => language switch
    {
        TextLanguage.Russian => Mapped(word, RussianLetters, RussianSounds),
        TextLanguage.Hebrew => Mapped(word, HebrewLetters, HebrewSounds),
        _ => Latin(word, language == TextLanguage.Spanish),
    };

    private static string Mapped(string word, string letters, string sounds)
    {
        var key = new StringBuilder(word.Length);
        for (var i = 0; i < word.Length; i++)
        {
            var at = letters.IndexOf(word[i], StringComparison.Ordinal);
            if (at >= 0)
                Add(key, sounds[at]);
            else if (i == 0)
                key.Append('A');
        }

        return key.ToString();
    }

    private static string Latin(string word, bool spanish)
    {
        var key = new StringBuilder(word.Length);
        for (var i = 0; i < word.Length; i++)
        {
            var (c, next) = (word[i], i + 1 < word.Length ? word[i + 1] : '\0');
            switch (c)
            {
                case 'a' or 'e' or 'i' or 'o' or 'u':
                    if (i == 0)
                        key.Append('A');
                    break;
                case 'y':
                    if (i == 0)
                        key.Append('Y');
                    break;
                case 'b':
                    // Comb, lamb.
                    if (!(i == word.Length - 1 && i > 0 && word[i - 1] == 'm'))
                        Add(key, 'P');
                    break;
                case 'p' when next == 'h' && !spanish:
                    Add(key, 'F');
                    i++;
                    break;
                case 'p':
                    Add(key, 'P');
                    break;
                case 'v' when spanish:
                    Add(key, 'P');
                    break;
                case 'f' or 'v':
                    Add(key, 'F');
                    break;
                // School is skool.
                case 's' when next == 'c' && i + 2 < word.Length && word[i + 2] == 'h':
                    Add(key, 'S');
                    Add(key, 'K');
                    i += 2;
                    break;
                case 's' when next == 'h':
                case 'c' when next == 'h':
                    Add(key, 'X');
                    i++;
                    break;
                case 's' or 'z':
                    Add(key, 'S');
                    break;
                case 'c':
                    Add(key, next is 'e' or 'i' or 'y' ? 'S' : 'K');
                    break;
                case 'd' or 't':
                    Add(key, 'T');
                    if (c == 't' && next == 'h')
                        i++;
                    break;
                case 'k' when i == 0 && next == 'n':
                case 'w' when next == 'r':
                    break;
                case 'k' or 'q':
                    Add(key, 'K');
                    break;
                case 'g' when next == 'h':
                    // Night, through; but spaghetti.
                    if (i == 0 || (i + 2 < word.Length && word[i + 2] is 'a' or 'e' or 'i' or 'o'))
                        Add(key, 'K');
                    i++;
                    break;
                case 'g':
                    Add(key, next is 'e' or 'i' or 'y' && i + 2 <= word.Length ? spanish ? 'H' : 'X' : 'K');
                    break;
                case 'j':
                    Add(key, spanish ? 'H' : 'X');
                    break;
                case 'x':
                    Add(key, 'K');
                    Add(key, 'S');
                    break;
                case 'h':
                    if (i == 0 && !spanish)
                        key.Append('H');
                    break;
                case 'w':
                    if (next is 'a' or 'e' or 'i' or 'o' or 'u' or 'h' or 'y')
                        Add(key, 'W');
                    break;
                case 'l' when spanish && next == 'l':
                    Add(key, 'Y');
                    i++;
                    break;
                default:
                    Add(key, char.ToUpperInvariant(c));
                    break;
            }
        }

        return key.ToString();
    }

    private static void Add(StringBuilder key, char sound)
    {
        if (key.Length == 0 || key[^1] != sound)
            key.Append(sound);
    }
}
