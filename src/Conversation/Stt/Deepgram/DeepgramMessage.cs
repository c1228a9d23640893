using System.Text.Json;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Stt.Deepgram;

/// <summary>What a message of Deepgram is.</summary>
internal enum DeepgramMessageKind
{
    /// <summary>Nothing that matters here; new types may appear any day.</summary>
    Other,

    /// <summary>Words, interim or final.</summary>
    Results,

    /// <summary>No word for a while.</summary>
    UtteranceEnd,

    /// <summary>The account of a stream at its end.</summary>
    Metadata,
}

/// <summary>A word and where it begins, in samples since the connection's first.</summary>
internal readonly record struct DeepgramWord(string Text, long Start);

/// <summary>A message of Deepgram's live API v1. Times are in samples (8 kHz) since the connection's first.</summary>
internal readonly record struct DeepgramMessage(DeepgramMessageKind Kind)
{
    private const int SampleRate = 8000;

    // A day: positions beyond it are no audio of a telephone call.
    private const double LongestSeconds = 24 * 3600;

    public long Start { get; private init; }

    public long End { get; private init; }

    public bool IsFinal { get; private init; }

    public bool IsSpeechFinal { get; private init; }

    public bool IsFromFinalize { get; private init; }

    public string Transcript { get; private init; } = "";

    public IReadOnlyList<DeepgramWord> Words { get; private init; } = [];

    /// <summary>Reads a message.</summary>
    /// <exception cref="ProviderException">It is not what the protocol says.</exception>
    public static DeepgramMessage Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return root.GetProperty("type").GetString() switch
            {
                "Results" => Results(root),
                "UtteranceEnd" => new DeepgramMessage(DeepgramMessageKind.UtteranceEnd),
                "Metadata" => new DeepgramMessage(DeepgramMessageKind.Metadata) { End = Samples(root, "duration") },
                _ => new DeepgramMessage(DeepgramMessageKind.Other),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // The exception's own text may quote what was said on the call.
            throw new ProviderException(
                DeepgramSpeechToText.ProviderName, ProviderErrorKind.MalformedAnswer, $"a message of {json.Length} bytes is not as documented");
        }
    }

    private static DeepgramMessage Results(JsonElement root)
    {
        var start = Samples(root, "start");
        var alternatives = root.GetProperty("channel").GetProperty("alternatives");
        var best = alternatives.GetArrayLength() > 0 ? alternatives[0] : default;
        return new DeepgramMessage(DeepgramMessageKind.Results)
        {
            Start = start,
            End = start + Samples(root, "duration"),
            IsFinal = Flag(root, "is_final"),
            IsSpeechFinal = Flag(root, "speech_final"),
            IsFromFinalize = Flag(root, "from_finalize"),
            Transcript = best.ValueKind == JsonValueKind.Object ? best.GetProperty("transcript").GetString()?.Trim() ?? "" : "",
            Words = best.ValueKind == JsonValueKind.Object && best.TryGetProperty("words", out var words) ? WordsOf(words) : [],
        };
    }

    private static DeepgramWord[] WordsOf(JsonElement words)
    {
        var list = new DeepgramWord[words.GetArrayLength()];
        var count = 0;
        foreach (var word in words.EnumerateArray())
        {
            var text = word.TryGetProperty("punctuated_word", out var written) ? written.GetString() : word.GetProperty("word").GetString();
            list[count++] = new DeepgramWord(text ?? "", Samples(word, "start"));
        }

        return list;
    }

    private static bool Flag(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static long Samples(JsonElement element, string name)
    {
        var seconds = element.GetProperty(name).GetDouble();
        return seconds is >= 0 and <= LongestSeconds ? (long)Math.Round(seconds * SampleRate) : throw new FormatException();
    }
}
