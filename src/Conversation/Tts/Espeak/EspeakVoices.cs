using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Parley.Conversation.Tts.Espeak;

/// <summary>
/// The voices of an installed espeak-ng, as <c>espeak-ng --voices</c> lists them, and which of them speaks a language.
/// </summary>
/// <remarks>
/// A voice is named by its language in lower case: <c>es</c>, <c>es-419</c>, <c>fr-fr</c>, <c>he</c>, <c>pt-br</c>, <c>ru</c>; a variant may
/// follow, such as <c>+f3</c> for a female voice (espeak-ng manual, "Voice Files").
/// </remarks>
internal sealed partial class EspeakVoices
{
    // Tags whose best voice the list does not tell: codes that ISO 639 replaced.
    private static readonly FrozenDictionary<string, string> Renamed =
        new Dictionary<string, string> { ["iw"] = "he", ["in"] = "id", ["ji"] = "yi", ["mo"] = "ro" }.ToFrozenDictionary();

    // Language tags in lower case, with the voice that speaks them and how well: the lower, the better.
    private readonly Dictionary<string, (string Voice, int Priority)> byTag = new(StringComparer.Ordinal);
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    private EspeakVoices()
    {
    }

    /// <summary>How many languages there are.</summary>
    public int Count => names.Count;

    /// <summary>Reads the list: priority, language, age/gender, name, file, and other languages as <c>(tag priority)</c>.</summary>
    public static EspeakVoices Parse(string list)
    {
        var voices = new EspeakVoices();
        foreach (Match line in Line().Matches(list))
        {
            var voice = line.Groups["language"].Value.ToLowerInvariant();
            voices.names.Add(voice);
            voices.Add(voice, voice, 0);
            foreach (Match other in Other().Matches(line.Groups["others"].Value))
                voices.Add(other.Groups["tag"].Value.ToLowerInvariant(), voice, int.Parse(other.Groups["priority"].Value, System.Globalization.CultureInfo.InvariantCulture));
        }

        return voices;
    }

    /// <summary>The voice of a BCP 47 tag: of the tag itself, else of its language; null when none speaks it.</summary>
    public string? For(string language)
    {
        var tag = language.ToLowerInvariant();
        var primary = tag.Split('-')[0];
        if (Renamed.TryGetValue(primary, out var today))
            tag = primary = today;
        if (byTag.TryGetValue(tag, out var exact))
            return exact.Voice;

        // Spanish of any country but Spain is nearer to that of Latin America.
        if (primary == "es" && tag is not ("es" or "es-es") && names.Contains("es-419"))
            return "es-419";
        return byTag.TryGetValue(primary, out var general) ? general.Voice : null;
    }

    /// <summary>Whether there is a voice of this name; its variant is not looked at.</summary>
    public bool Has(string voice) => Name().IsMatch(voice) && names.Contains(voice.Split('+')[0]);

    private void Add(string tag, string voice, int priority)
    {
        if (!byTag.TryGetValue(tag, out var known) || priority < known.Priority)
            byTag[tag] = (voice, priority);
    }

    [GeneratedRegex(@"^ *\d+ +(?<language>[A-Za-z0-9-]+) +\S+ +\S+ +\S+(?<others>.*)$", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex(@"\((?<tag>[A-Za-z0-9-]+) (?<priority>\d{1,3})\)")]
    private static partial Regex Other();

    [GeneratedRegex(@"^[a-z0-9-]{2,40}(\+[A-Za-z0-9_-]{1,20})?$")]
    private static partial Regex Name();
}
