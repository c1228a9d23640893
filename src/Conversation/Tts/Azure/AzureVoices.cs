using Parley.Conversation.Providers;
using Parley.Conversation.Providers.Azure;

namespace Parley.Conversation.Tts.Azure;

/// <summary>Which voice speaks a language: the tenant's, the installation's, or the built-in one.</summary>
internal static class AzureVoices
{
    // Generally available neural voices, by the service's list of voices.
    private static readonly Dictionary<string, string> BuiltIn = new(StringComparer.OrdinalIgnoreCase)
    {
        ["en"] = "en-US-JennyNeural",
        ["en-GB"] = "en-GB-SoniaNeural",
        ["en-AU"] = "en-AU-NatashaNeural",
        ["en-CA"] = "en-CA-ClaraNeural",
        ["en-IE"] = "en-IE-EmilyNeural",
        ["en-IN"] = "en-IN-NeerjaNeural",
        ["es"] = "es-ES-ElviraNeural",
        ["es-MX"] = "es-MX-DaliaNeural",
        ["es-US"] = "es-US-PalomaNeural",
        ["es-AR"] = "es-AR-ElenaNeural",
        ["he"] = "he-IL-HilaNeural",
        ["iw"] = "he-IL-HilaNeural",
        ["ru"] = "ru-RU-SvetlanaNeural",
        ["ar"] = "ar-EG-SalmaNeural",
        ["de"] = "de-DE-KatjaNeural",
        ["fr"] = "fr-FR-DeniseNeural",
        ["fr-CA"] = "fr-CA-SylvieNeural",
        ["it"] = "it-IT-ElsaNeural",
        ["nl"] = "nl-NL-ColetteNeural",
        ["pl"] = "pl-PL-ZofiaNeural",
        ["pt"] = "pt-BR-FranciscaNeural",
        ["pt-PT"] = "pt-PT-RaquelNeural",
        ["uk"] = "uk-UA-PolinaNeural",
    };

    /// <exception cref="ProviderException">No voice is known for the language.</exception>
    public static string For(in SpeechRequest request, AzureSpeechOptions options)
    {
        if (request.Providers?.Voices.TryGetValue(AzureSpeechOptions.Name, out var chosen) == true && chosen.Length > 0)
            return chosen;

        // A voice that was meant for another provider is no voice here.
        if (request.Voice is { } wanted && IsName(wanted))
            return wanted;

        var language = request.Language.Length > 0 ? request.Language : options.Language;
        var primary = language.Split('-')[0];
        return options.Voices.GetValueOrDefault(language) ?? BuiltIn.GetValueOrDefault(language) ?? options.Voices.GetValueOrDefault(primary) ?? BuiltIn.GetValueOrDefault(primary)
            ?? throw AzureSpeechErrors.Make(
                ProviderErrorKind.UnsupportedLanguage, $"no voice is configured for {language}: set {AzureSpeechOptions.Section}:Voices:{language}");
    }

    /// <summary>Locale and name: <c>de-DE-KatjaNeural</c>, <c>zh-CN-liaoning-XiaobeiNeural</c>.</summary>
    private static bool IsName(string voice)
    {
        var parts = voice.Split('-');
        return parts is [{ Length: 2 or 3 }, _, _, ..] && parts[0].All(char.IsAsciiLetterLower) && voice.EndsWith("Neural", StringComparison.Ordinal);
    }
}
