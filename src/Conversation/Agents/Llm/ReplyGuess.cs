using System.Text;
using Parley.Conversation.Agents.Rules.Nlu;

namespace Parley.Conversation.Agents.Llm;

/// <summary>
/// What the caller will probably answer, by the question that was asked last: a model does not say what it waits for, and the end of a caller's turn is
/// judged by it. The phrases stand in <c>expectations.txt</c>. Words that fit none of them leave everything open, which costs only a little patience.
/// </summary>
internal static class ReplyGuess
{
    private const int NorthAmericanDigits = 10;

    private static readonly char[] Ends = ['.', '!', '?', '…', '\n'];
    private static readonly List<(ReplyKind Kind, string[] Phrases)> Table = Read();

    // Said as a statement, these ask all the same: "your name, please."
    private static readonly string[] Asking =
        [" please ", " tell me ", " go ahead ", " por favor ", " dígame ", " adelante ", " пожалуйста ", " скажите ", " говорите ", " назовите ", " בבקשה ", " אנא ", " תגידו "];

    /// <summary>What is expected after these words.</summary>
    /// <param name="spoken">All that was said in the answer.</param>
    /// <param name="homeNumber">A number of the country the business is in, E.164: tells how many digits a number has.</param>
    public static ReplyExpectation After(string spoken, string homeNumber)
    {
        var sentence = Last(spoken);
        var words = Plain(sentence);
        if (!sentence.Contains('?', StringComparison.Ordinal) && !Asking.Any(asking => words.Contains(asking, StringComparison.Ordinal)))
            return ReplyExpectation.Anything;
        foreach (var (kind, phrases) in Table)
        {
            if (phrases.Any(phrase => words.Contains(phrase, StringComparison.Ordinal)))
                return kind == ReplyKind.Digits ? new ReplyExpectation(kind, PhoneParser.CountryCode(homeNumber) == "1" ? NorthAmericanDigits : 0) : new ReplyExpectation(kind);
        }

        return ReplyExpectation.Anything;
    }

    // The last sentence, and the one before when that is all there is to "..., please?".
    private static string Last(string spoken)
    {
        var text = spoken.TrimEnd();
        var body = text.TrimEnd(Ends);
        var start = body.LastIndexOfAny(Ends) + 1;
        return text[start..].Trim();
    }

    // "^ what name please $": whole words, and the sentence's ends.
    private static string Plain(string sentence)
    {
        var plain = new StringBuilder(" ^ ");
        foreach (var letter in sentence.ToLowerInvariant())
            plain.Append(char.IsLetterOrDigit(letter) || letter == '\'' ? letter : letter == '’' ? '\'' : ' ');
        return string.Join(' ', ["", .. plain.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries), "$", ""]);
    }

    private static List<(ReplyKind, string[])> Read()
    {
        List<(ReplyKind, string[])> table = [];
        foreach (var line in PromptTexts.Read("expectations.txt").Split('\n'))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var parts = line.Split(": ", 2);
            var kind = parts[0] switch
            {
                "free" => ReplyKind.FreeSpeech,
                "yesno" => ReplyKind.YesNo,
                _ => Enum.Parse<ReplyKind>(parts[0], ignoreCase: true),
            };
            table.Add((kind, [.. parts[1].Split("; ").Select(static phrase =>
                " " + phrase.Replace("^", "^ ", StringComparison.Ordinal).Replace("$", " $", StringComparison.Ordinal) + " ")]));
        }

        return table;
    }
}
