using System.Globalization;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules.Nlu;

namespace Parley.Conversation.PostCall;

/// <summary>
/// Lets through only what a call really told: a model that reads a transcript makes up names, numbers and times. What the agent noted during the call is
/// taken as it is; everything else must be found in the caller's own words.
/// </summary>
public sealed class TranscriptCheck
{
    private readonly AnalysisInput call;
    private readonly HashSet<string> words;
    private readonly string text;
    private readonly List<Token>[] readings;
    private readonly string[] digits;

    /// <summary>Looks at a call.</summary>
    public TranscriptCheck(AnalysisInput call)
    {
        ArgumentNullException.ThrowIfNull(call);
        this.call = call;
        string[] said = [.. call.History.Where(static h => h.Speaker == Speaker.Caller).Select(static h => h.Text)];
        string[] all = [.. said.SelectMany(Words)];
        words = all.ToHashSet(StringComparer.Ordinal);
        text = $" {string.Join(' ', all)} ";
        // Spoken digits, as a recogniser writes them: "five five five", "555", "5-5-5". Latin letters may be Spanish, whatever the business speaks.
        readings = [Read(said, "en"), Read(said, "es")];
        digits = [.. readings.Select(PhoneParser.Digits)];
    }

    /// <summary>The fields that hold; those that the agent noted replace what a model says.</summary>
    public Dictionary<string, string> Keep(IEnumerable<KeyValuePair<string, string>> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        var kept = RuleAnalyst.Noted(call.Facts);
        foreach (var (name, value) in found)
        {
            var plain = value.Trim();
            if (plain.Length is > 0 and <= 1000 && !kept.ContainsKey(name) && Holds(name, plain))
                kept[name] = plain;
        }

        return kept;
    }

    /// <summary>Whether the caller said so.</summary>
    public bool Holds(string name, string value) => name switch
    {
        "name" => value.Length <= 100 && Words(value) is { Length: > 0 } parts && text.Contains($" {string.Join(' ', parts)} ", StringComparison.Ordinal),
        "phone" => value == call.CallerNumber || (PhoneParser.ToE164(value, call.Tenant.Phone ?? call.CallerNumber ?? "+1") == value && HasNumber(value)),
        "party_size" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= 10_000 && HasCount(size),
        "service" => call.Tenant.Services.FirstOrDefault(s => s.Name.Equals(value, StringComparison.OrdinalIgnoreCase)) is { } service
            && service.Aliases.Append(service.Name).Any(alias => text.Contains($" {string.Join(' ', Words(alias))} ", StringComparison.Ordinal)),
        // In the caller's own words: four of five must have been said.
        "message" => Words(value) is { Length: > 0 } message && message.Count(words.Contains) * 5 >= message.Length * 4,
        // A day such as "next Friday" cannot be found in words: only what the agent settled with the caller counts.
        _ => false,
    };

    private bool HasNumber(string e164)
    {
        var national = e164[1..][PhoneParser.CountryCode(e164).Length..];
        return national.Length >= 6 && digits.Any(said => said.Contains(national, StringComparison.Ordinal));
    }

    private bool HasCount(int size) => words.Contains(size.ToString(CultureInfo.InvariantCulture))
        || readings.Any(tokens => Enumerable.Range(0, tokens.Count).Any(at => NumberWords.TryRead(tokens, at, out var number, out _) && number == size));

    private static List<Token> Read(string[] said, string latin) =>
        [.. said.SelectMany(text => Normalizer.Tokenize(text, HeardWords.Of(HeardWords.Written(text, latin))))];

    private static string[] Words(string text) => new string([.. text.ToLowerInvariant().Replace('’', '\'')
        .Select(static letter => char.IsLetterOrDigit(letter) || letter == '\'' ? letter : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
