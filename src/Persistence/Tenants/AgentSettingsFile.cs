using System.Text.RegularExpressions;
using Parley.Conversation.Tenants;

namespace Parley.Persistence.Tenants;

/// <summary>Reads the <c>agent</c> of a tenant's file.</summary>
internal static partial class AgentSettingsFile
{
    public static AgentSettings Read(YamlMap map) => new()
    {
        Instructions = Bounded(map, "instructions", AgentSettings.MostInstructionChars),
        Style = Bounded(map, "style", AgentSettings.MostStyleChars),
        Confidence = map.Number("confidence", 0, 1),
        Strict = map.Bool("strict") ?? false,
        Tools = ReadTools(map),
    };

    private static string? Bounded(YamlMap map, string key, int most)
    {
        var text = map.Text(key);
        if (text?.Length > most)
            map.Error(key, FormattableString.Invariant($"'{key}' has {text.Length} characters; {most} are the most."));
        return string.IsNullOrEmpty(text) ? null : text;
    }

    // An empty list means no tools at all, which is something else than no list.
    private static List<string>? ReadTools(YamlMap map)
    {
        if (map.Find("tools") is null)
            return null;
        var tools = new List<string>();
        foreach (var node in map.Items("tools"))
        {
            if (map.Scalar(node, "tools") is not { } name)
                continue;
            if (!ToolName().IsMatch(name))
                map.Error(node, $"'{name}' must be the name of a tool, such as take_message.");
            else if (tools.Contains(name))
                map.Error(node, $"'{name}' is there twice.");
            else
                tools.Add(name);
        }

        return tools;
    }

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,63}\z")]
    private static partial Regex ToolName();
}
