using System.Globalization;
using System.Text;

namespace Parley.Conversation.Tts.Espeak;

/// <summary>
/// A clause as espeak-ng can be given it. Control characters (the program takes U+0001 for the beginning of a command) and square brackets
/// (phonemes in <c>[[ ]]</c>) become spaces: a text is only ever spoken.
/// </summary>
internal static class EspeakText
{
    /// <summary>UTF-8, with half surrogate pairs replaced.</summary>
    public static byte[] From(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var character in text)
            plain.Append(char.IsControl(character) || character is '[' or ']' ? ' ' : character);
        return Encoding.UTF8.GetBytes(plain.ToString());
    }

    /// <summary>Whether there is a letter or digit to speak.</summary>
    public static bool HasWords(string text) => text.EnumerateRunes().Any(static rune => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber || Rune.IsLetterOrDigit(rune));
}
