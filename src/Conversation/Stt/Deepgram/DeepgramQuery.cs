using System.Globalization;
using System.Text;

namespace Parley.Conversation.Stt.Deepgram;

/// <summary>The address of a live recognition: everything that Deepgram is told about a call is in its query.</summary>
internal static class DeepgramQuery
{
    // Deepgram takes 500 tokens of key terms; a menu can be longer than that.
    private const int MostTerms = 50;
    private const int MostTermChars = 1000;
    private const int ShortestKeyword = 4;

    /// <summary>The model that a call uses.</summary>
    public static string ModelOf(DeepgramOptions options, SpeechToTextOptions call) =>
        call.Providers?.Models.TryGetValue(DeepgramSpeechToText.ProviderName, out var chosen) == true && chosen.Length > 0 ? chosen : options.Model;

    /// <summary>The address for a call.</summary>
    public static Uri Build(DeepgramOptions options, SpeechToTextOptions call)
    {
        var model = ModelOf(options, call);
        var query = new StringBuilder(options.BaseUrl.AbsoluteUri.TrimEnd('/'), 512);
        query.Append("/v1/listen?model=").Append(Uri.EscapeDataString(model))
            .Append("&encoding=mulaw&sample_rate=8000&channels=1&interim_results=true")
            .Append(CultureInfo.InvariantCulture, $"&endpointing={options.EndpointingMs}&utterance_end_ms={options.UtteranceEndMs}")
            .Append("&language=").Append(Uri.EscapeDataString(call.Language));
        if (options.SmartFormat)
            query.Append("&smart_format=true");

        // Each family takes its own parameter and refuses the other with 400.
        if (model.StartsWith("nova-3", StringComparison.OrdinalIgnoreCase))
            Append(query, "keyterm", Terms(call.Hints));
        else
            Append(query, "keywords", Keywords(call.Hints));
        return new Uri(query.ToString());
    }

    private static void Append(StringBuilder query, string name, IEnumerable<string> values)
    {
        var chars = 0;
        foreach (var value in values.Distinct(StringComparer.OrdinalIgnoreCase).Take(MostTerms))
        {
            chars += value.Length;
            if (chars > MostTermChars)
                return;
            query.Append('&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
    }

    private static IEnumerable<string> Terms(IReadOnlyList<string> hints) => hints.Select(h => h.Trim()).Where(h => h.Length > 0);

    // Keywords are single words with a boost; short ones would be heard everywhere.
    private static IEnumerable<string> Keywords(IReadOnlyList<string> hints) =>
        hints.SelectMany(h => h.Split((char[])[' ', ':', ',', '.', '/', '(', ')', '&'], StringSplitOptions.RemoveEmptyEntries))
            .Where(w => w.Length >= ShortestKeyword).Select(w => w + ":1");
}
