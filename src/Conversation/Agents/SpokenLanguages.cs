using System.Globalization;
using Parley.Conversation.Flags;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents;

/// <summary>
/// Which languages an agent may speak: all but those that the tenant's features switch off (<c>language.es</c>). The tenant's own is always one, or
/// nothing could be said.
/// </summary>
internal sealed class SpokenLanguages(Tenant tenant, TenantFeatures features)
{
    // The smallest words tell English and Spanish apart; names of dishes and people do not.
    private static readonly HashSet<string> Spanish = Set(
        """
        los las una unos unas que es son está están por para con su sus usted ustedes le les gracias hola sí claro supuesto desea quiere puede tiene tenemos
        aceptamos estamos abrimos cerramos mañana hoy buenos buenas días tardes noches favor mesa adiós siento cuesta pero también muy aquí quisiera quiero necesito
        quería puedo reservar reserva personas nombre llamo dos cuatro cuánto cuándo dónde qué quién hablar hablan habla español alguien cita nada más correcto
        """);

    private static readonly HashSet<string> English = Set(
        "the a an is are was of you your for and do does to we i what it it's that this my our can will have has not yes no at on with in or please thank thanks hello sorry sure table book like i'd i'm people name two four "
        + "tomorrow today speak english could would how where when right");

    // Words of both languages, and what everybody says.
    private static readonly HashSet<string> Either = Set("a no me do on an");

    /// <summary>The languages that it may be told not to speak.</summary>
    public IReadOnlyList<string> Off { get; } =
    [
        .. features.Switches.Where(static s => !s.Value && Features.IsLanguage(s.Key)).Select(static s => s.Key[Features.Language("").Length..])
            .Where(tag => !Covers(tag, tenant.Language)).Order(StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>Whether a language may be spoken.</summary>
    /// <param name="tag">BCP 47.</param>
    public bool Allows(string tag) => Off.Count == 0 || Primary(tag) == Primary(tenant.Language) || features.Has(Features.Language(tag));

    /// <summary>The language if it may be spoken, otherwise the tenant's.</summary>
    public string OrOwn(string tag) => Allows(tag) ? tag : tenant.Language;

    /// <summary>The language that words are surely in and that may not be spoken; null when there is none. English, Spanish, Russian and Hebrew are told.</summary>
    public string? OffIn(string words) => Off.Count > 0 && SurelyIn(words) is { } language && !Allows(language) ? language : null;

    /// <summary>Names of languages in English, for the rules of a model.</summary>
    public static string Names(IEnumerable<string> tags) => string.Join(", ", tags.Select(Name).Distinct(StringComparer.Ordinal));

    /// <summary>A language's name in English; the tag where there is none.</summary>
    public static string Name(string tag)
    {
        try
        {
            return CultureInfo.GetCultureInfo(tag).EnglishName;
        }
        catch (CultureNotFoundException)
        {
            return tag;
        }
    }

    /// <summary>
    /// The language that a caller speaks, when words tell: its script, or at least so many of the smallest words of Spanish or English, and few of the other. Null
    /// when they do not.
    /// </summary>
    public static string? SpokenIn(string words, int least) => Told(words) switch
    {
        { Script: { } script } => script,
        var (_, spanish, english) when spanish >= least && spanish > 2 * english => "es",
        var (_, spanish, english) when english >= least && english > 2 * spanish => "en",
        _ => null,
    };

    private static (string? Script, int Spanish, int English) Told(string words)
    {
        if (ScriptOf(words) is { } script)
            return (script, 0, 0);
        var all = Words(words);
        all.RemoveAll(Either.Contains);
        return (null, all.Count(Spanish.Contains) + (all.Count > 4 ? all.Count(static w => w is "la" or "el" or "de") : 0), all.Count(English.Contains));
    }

    private static string? SurelyIn(string words)
    {
        if (ScriptOf(words) is { } script)
            return script;
        var all = Words(words);
        // Names begin with an article: "La Traviata".
        var spanish = all.Count(Spanish.Contains) + (all.Count > 4 ? all.Count(static w => w is "la" or "el" or "de") : 0) + (words.AsSpan().IndexOfAny('¿', '¡') >= 0 ? 1 : 0);
        var english = all.Count(English.Contains);
        // One word of a short answer tells; in a long one it may be a name.
        var least = all.Count <= 4 ? 1 : 2;
        return spanish >= least && spanish > 2 * english ? "es" : english >= least && english > 2 * spanish ? "en" : null;
    }

    private static List<string> Words(string words) =>
        [.. words.ToLowerInvariant().Split([' ', ',', '.', '!', '?', ';', ':', '¿', '¡', '"'], StringSplitOptions.RemoveEmptyEntries)];

    private static string? ScriptOf(string words)
    {
        var (cyrillic, hebrew, latin) = (words.Count(static c => c is >= 'А' and <= 'я' or 'ё' or 'Ё'), words.Count(static c => c is >= 'א' and <= 'ת'), words.Count(static c => char.IsAsciiLetter(c)));
        if (cyrillic > latin && cyrillic > hebrew)
            return "ru";
        return hebrew > latin ? "he" : null;
    }

    private static bool Covers(string off, string own) => off.Equals(own, StringComparison.OrdinalIgnoreCase) || off.Equals(Primary(own), StringComparison.OrdinalIgnoreCase);

    private static string Primary(string tag) => tag.Split('-')[0].ToLowerInvariant();

    private static HashSet<string> Set(string words) => [.. words.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)];
}
