using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Parley.Conversation.Providers.Azure;

namespace Parley.Conversation.Stt.Azure;

/// <summary>What the service is told before audio: address, configuration, context and the RIFF header.</summary>
internal static class AzureSetup
{
    // Longer lists do not help recognition, says the service's page on phrase lists.
    private const int MostHints = 500;
    private const int LongestHint = 100;

    /// <summary>The recognition's address for a language, or for a custom model that has its own.</summary>
    public static Uri Address(Uri endpoint, AzureSpeechOptions options, string language, string? customModel)
    {
        var model = customModel is { Length: > 0 } ? $"cid={Uri.EscapeDataString(customModel)}" : $"language={Uri.EscapeDataString(language)}";
        return new UriBuilder(endpoint)
        {
            Query = $"{model}&format=simple&profanity=raw&segmentationSilenceTimeoutMs={options.SegmentationSilenceMs}",
        }.Uri;
    }

    /// <summary>Body of <c>speech.config</c>.</summary>
    public static string Config(bool muLaw) => new JsonObject
    {
        ["context"] = new JsonObject
        {
            ["system"] = new JsonObject { ["name"] = "Parley", ["version"] = "1.0", ["build"] = "NET", ["lang"] = "C#" },
            ["os"] = new JsonObject
            {
                ["platform"] = OperatingSystem.IsWindows() ? "Windows" : OperatingSystem.IsMacOS() ? "macOS" : "Linux",
                ["name"] = RuntimeInformation.OSDescription,
                ["version"] = Environment.OSVersion.Version.ToString(),
            },
            ["audio"] = new JsonObject
            {
                ["source"] = new JsonObject
                {
                    ["bitspersample"] = muLaw ? 8 : 16,
                    ["channelcount"] = 1,
                    ["connectivity"] = "Unknown",
                    ["manufacturer"] = "Parley",
                    ["model"] = "Telephone",
                    ["samplerate"] = 8000,
                    ["type"] = "Stream",
                },
            },
        },
        ["recognition"] = "conversation",
    }.ToJsonString();

    /// <summary>Body of <c>speech.context</c>: when a phrase ends, and the words that are likely.</summary>
    public static string Context(AzureSpeechOptions options, string language, IReadOnlyList<string> hints)
    {
        var context = new JsonObject
        {
            ["phraseDetection"] = new JsonObject
            {
                ["language"] = language,
                ["mode"] = "Conversation",
                ["conversation"] = new JsonObject
                {
                    ["segmentation"] = new JsonObject { ["mode"] = "Custom", ["segmentationSilenceTimeoutMs"] = options.SegmentationSilenceMs },
                },
                ["enrichment"] = new JsonObject { ["profanity"] = "Raw" },
            },
            ["phraseOutput"] = new JsonObject { ["format"] = "Simple" },
        };
        var items = hints.Select(h => h.Trim()).Where(h => h.Length is > 0 and <= LongestHint).Distinct(StringComparer.Ordinal).Take(MostHints)
            .Select(h => (JsonNode)new JsonObject { ["text"] = h }).ToArray();
        if (items.Length > 0)
        {
            context["dgi"] = new JsonObject
            {
                ["groups"] = new JsonArray(new JsonObject { ["type"] = "Generic", ["items"] = new JsonArray(items) }),
                ["bias"] = 1,
            };
        }

        return context.ToJsonString();
    }

    /// <summary>RIFF header of endless 8 kHz mono audio: both sizes are 0.</summary>
    public static byte[] RiffHeader(bool muLaw)
    {
        var header = new byte[44];
        var bytesPerSample = muLaw ? 1 : 2;
        "RIFF"u8.CopyTo(header);
        "WAVEfmt "u8.CopyTo(header.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(20), (short)(muLaw ? 7 : 1));
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(22), 1);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), 8000);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(28), 8000 * bytesPerSample);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(32), (short)bytesPerSample);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(34), (short)(8 * bytesPerSample));
        "data"u8.CopyTo(header.AsSpan(36));
        return header;
    }
}
