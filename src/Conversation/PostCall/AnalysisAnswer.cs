using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Parley.Conversation.Agents;

namespace Parley.Conversation.PostCall;

/// <summary>A model's analysis as it wrote it: read strictly, and not believed yet.</summary>
internal sealed record AnalysisAnswer(
    CallIntent Intent, Sentiment Sentiment, string Summary, bool Successful, IReadOnlyDictionary<string, string> Fields)
{
    private const int MostSummaryChars = 600;

    private static readonly string[] FieldNames = ["name", "phone", "party_size", "service", "message"];

    /// <summary>Reads a JSON object, also one in a fence of backticks; otherwise tells what is wrong, for the model.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out AnalysisAnswer? answer, out string error)
    {
        answer = null;
        var (from, to) = (text.IndexOf('{', StringComparison.Ordinal), text.LastIndexOf('}'));
        if (from < 0 || to < from)
        {
            error = "there is no JSON object";
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(text.AsMemory(from, to + 1 - from));
            var root = document.RootElement;
            if (!TryChoose<CallIntent>(root, "intent", out var intent, out error) || !TryChoose<Sentiment>(root, "sentiment", out var sentiment, out error))
                return false;
            if (Text(root, "summary") is not { Length: > 0 and <= MostSummaryChars } summary)
            {
                error = $"\"summary\" must be a text of 1 to {MostSummaryChars} characters";
                return false;
            }

            if (!root.TryGetProperty("successful", out var successful) || successful.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                error = "\"successful\" must be true or false";
                return false;
            }

            answer = new AnalysisAnswer(intent, sentiment, summary, successful.GetBoolean(), ReadFields(root));
            return true;
        }
        catch (JsonException)
        {
            error = "the JSON is malformed";
            return false;
        }
    }

    private static Dictionary<string, string> ReadFields(JsonElement root)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!root.TryGetProperty("fields", out var given) || given.ValueKind != JsonValueKind.Object)
            return fields;
        foreach (var name in FieldNames)
        {
            if (given.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                fields[name] = value.ToString();
        }

        return fields;
    }

    private static bool TryChoose<T>(JsonElement root, string name, out T value, out string error)
        where T : struct, Enum
    {
        error = "";
        var text = Text(root, name);
        foreach (var choice in Enum.GetValues<T>())
        {
            value = choice;
            if (Name(choice) == text)
                return true;
        }

        value = default;
        error = $"\"{name}\" must be one of {string.Join(", ", Enum.GetValues<T>().Select(Name))}";
        return false;
    }

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()!.Trim() : null;
}
