using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Agents.Rules.Nlu;

namespace Parley.Conversation.Agents.Llm;

/// <summary>
/// A model cannot act for somebody else than the caller: a telephone number in its arguments is the caller's own or one the caller said, and where a
/// number opens what is booked under it, so is the name.
/// </summary>
internal static partial class ArgumentGuard
{
    // What is compared of a number: without the country's code.
    private const int NationalDigits = 7;

    /// <summary>The key of the text that refuses a call; null when it may be run.</summary>
    public static string? Refuse(string tool, JsonObject arguments, Evidence evidence, CallFacts facts)
    {
        var numbers = Texts(arguments).Select(Undisguised.Of).SelectMany(Numbers).ToList();
        var said = evidence.Lines.Where(static line => line.Origin == EvidenceOrigin.Caller).Select(static line => line.Reading).ToList();
        var digits = string.Concat(said.SelectMany(static r => r.Tokens).Where(static t => t.Kind is TokenKind.Phone or TokenKind.Number).Select(static t => t.Text));
        var spoken = new Lazy<string>(() => Spoken(evidence));
        if (numbers.Exists(number => number[^Math.Min(number.Length, NationalDigits)..] is var national
            && !digits.Contains(national, StringComparison.Ordinal) && !spoken.Value.Contains(national, StringComparison.Ordinal)))
            return "foreign-number";
        // Noting a name opens nothing; what a tool opens, it opens for the name it is given or else for the noted one, and a model may have noted one that
        // it was told by a document, or made up. So it is not enough that a name is noted.
        if (numbers.Count == 0 || !tool.EndsWith("_booking", StringComparison.Ordinal) || tool is "hold_booking" or "confirm_booking" or "remember_booking"
            || (arguments["name"]?.ToString() is { } given && given.Any(char.IsLetter) ? given : facts.Name) is not { } name)
            return null;
        // Spelled names count: "k o v a l".
        var letters = Letters(string.Concat(said.Select(static r => r.Canonical)));
        return name.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(part => letters.Contains(Letters(part), StringComparison.Ordinal)) ? null : "foreign-name";
    }

    // "Seiscientos doce ...": as a number is told in the languages that callers speak. Latin letters may be Spanish, whatever the business speaks.
    private static string Spoken(Evidence evidence) => string.Join(' ', evidence.Lines.Where(static line => line.Origin == EvidenceOrigin.Caller)
        .Select(static line => PhoneParser.Digits(Normalizer.Tokenize(line.Text, HeardWords.Of(HeardWords.Written(line.Text, "es"))))));

    // What stands alone is dialled by its digits, whatever is between them; in a sentence a number is what would be heard as one.
    private static List<string> Numbers(string text)
    {
        var digits = string.Concat(text.Where(char.IsAsciiDigit));
        return digits.Length >= NationalDigits && text.Length < digits.Length * 3 && !Moment().IsMatch(text) ? [digits] : TextReading.Of(text).Phones;
    }

    [GeneratedRegex(@"^\s*\d{4}-\d\d?-\d\d?([T ].*)?$")]
    private static partial Regex Moment();

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(static member => Texts(member.Value)),
        JsonArray list => list.SelectMany(Texts),
        JsonValue value => [value.ToString()],
        _ => [],
    };

    private static string Letters(string text) => string.Concat(text.ToLowerInvariant().Where(char.IsLetter));
}
