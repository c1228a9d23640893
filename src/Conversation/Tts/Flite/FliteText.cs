using System.Globalization;
using System.Text;

namespace Parley.Conversation.Tts.Flite;

/// <summary>
/// A clause as flite can read it: ASCII without control characters, ended by a zero, with the way back from each byte to the
/// clause's own text. Accents are dropped, typographic signs become their plain forms, other scripts become spaces.
/// </summary>
internal sealed class FliteText
{
    private readonly List<byte> ascii;
    private readonly List<int> ends;

    private FliteText(List<byte> ascii, List<int> ends)
    {
        this.ascii = ascii;
        this.ends = ends;
        Bytes = [.. ascii, 0];
    }

    /// <summary>The bytes for flite, with the final zero.</summary>
    public byte[] Bytes { get; }

    /// <summary>Whether there is a letter or digit to speak.</summary>
    public bool HasWords => ascii.Exists(static b => char.IsAsciiLetterOrDigit((char)b));

    /// <summary>Index in the original text just behind the character that became the byte at <paramref name="index"/>.</summary>
    public int EndOf(int index) => ends[index];

    public static FliteText From(string text)
    {
        var ascii = new List<byte>(text.Length + 1);
        var ends = new List<int>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            foreach (var plain in Plain(text, i))
            {
                ascii.Add((byte)plain);
                ends.Add(i + 1);
            }
        }

        return new FliteText(ascii, ends);
    }

    private static string Plain(string text, int index)
    {
        var character = text[index];
        if (character < 128)
            return char.IsControl(character) ? " " : character.ToString();

        return character switch
        {
            '\u2018' or '\u2019' or '\u02BC' => "'",
            '\u201C' or '\u201D' => "\"",
            '\u2013' when IsDigit(text, index - 1) && IsDigit(text, index + 1) => " to ",
            '\u2013' or '\u2014' => ", ",
            '\u2026' => "...",
            '\u20AC' => " euro ",
            '\u00A3' => " pound ",
            '\u00B0' => " degrees ",
            '\u00D7' => " times ",
            '\u00BD' => " half ",
            '\u00DF' => "ss",
            '\u00E6' or '\u00C6' => "ae",
            '\u0153' or '\u0152' => "oe",
            '\u00F8' or '\u00D8' => "o",
            '\u0142' or '\u0141' => "l",
            _ => WithoutMarks(character),
        };
    }

    private static bool IsDigit(string text, int index) =>
        (uint)index < (uint)text.Length && char.IsAsciiDigit(text[index]);

    private static string WithoutMarks(char character)
    {
        if (char.IsSurrogate(character))
            return " ";

        if (CharUnicodeInfo.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format)
            return "";

        var plain = character.ToString().Normalize(NormalizationForm.FormKD)[0];
        return plain < 128 && !char.IsControl(plain) ? plain.ToString() : " ";
    }
}
