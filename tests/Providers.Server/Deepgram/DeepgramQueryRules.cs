using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Parley.Providers.Server.Deepgram;

/// <summary>What the live API v1 takes in its query ("Live audio"), checked strictly: what is not known is wrong.</summary>
public sealed record DeepgramQueryRules
{
    private static readonly HashSet<string> Flags =
    [
        "interim_results", "vad_events", "punctuate", "smart_format", "numerals", "dictation", "profanity_filter", "diarize",
        "detect_entities", "multichannel", "mip_opt_out",
    ];

    private static readonly HashSet<string> Encodings =
        ["linear16", "linear32", "flac", "alaw", "mulaw", "amr-nb", "amr-wb", "opus", "ogg-opus", "speex", "g729"];

    private static readonly HashSet<string> Lists = ["keyterm", "keywords", "redact", "replace", "search", "tag", "extra"];
    private static readonly HashSet<string> Texts = ["version", "callback"];

    /// <summary>Models that exist.</summary>
    public IReadOnlySet<string> Models { get; init; } =
        new HashSet<string> { "nova-3", "nova-3-general", "nova-3-medical", "nova-2", "nova-2-general", "nova-2-phonecall" };

    /// <summary>Languages that they understand, without region, and <c>multi</c>.</summary>
    public IReadOnlySet<string> Languages { get; init; } =
        new HashSet<string> { "multi", "en", "de", "es", "fr", "it", "nl", "pt", "ru", "he", "hi", "ja" };

    /// <summary>What is wrong with a query; null when nothing is.</summary>
    public string? Error(IQueryCollection query)
    {
        foreach (var (name, values) in query)
        {
            if (Error(query, name, values) is { } wrong)
                return wrong;
        }

        if (!query.ContainsKey("model"))
            return "model is missing";
        if (query.ContainsKey("encoding") != query.ContainsKey("sample_rate"))
            return "encoding and sample_rate go together for raw audio";
        return query.ContainsKey("utterance_end_ms") && query["interim_results"] != "true" ? "utterance_end_ms needs interim_results=true" : null;
    }

    private string? Error(IQueryCollection query, string name, StringValues values)
    {
        var model = query["model"].ToString();
        if (Lists.Contains(name))
        {
            if (values.Any(string.IsNullOrWhiteSpace))
                return $"{name} is empty";
            if (name == "keyterm" && !model.StartsWith("nova-3", StringComparison.Ordinal))
                return "keyterm is for nova-3 only";
            return name == "keywords" && !model.StartsWith("nova-2", StringComparison.Ordinal) ? "keywords is not for this generation" : null;
        }

        if (values.Count != 1)
            return $"{name} is given {values.Count} times";

        var value = values.ToString();
        var number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : -1;
        return name switch
        {
            "model" => Models.Contains(value) ? null : "No such model/version combination found.",
            "language" => Languages.Contains(value.Split('-')[0]) ? null : "Unsupported language for this model.",
            "encoding" => Encodings.Contains(value) ? null : "encoding is unknown",
            "sample_rate" => number is >= 8000 and <= 48_000 ? null : "sample_rate is wrong",
            "channels" => number is >= 1 and <= 20 ? null : "channels is wrong",
            "endpointing" => value == "false" || number >= 0 ? null : "endpointing is wrong",
            "utterance_end_ms" => number >= 1000 ? null : "utterance_end_ms must be at least 1000",
            _ when Flags.Contains(name) => value is "true" or "false" ? null : $"{name} must be true or false",
            _ when Texts.Contains(name) => null,
            _ => $"unknown parameter {name}",
        };
    }
}
