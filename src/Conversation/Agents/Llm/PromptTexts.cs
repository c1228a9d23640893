using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Parley.Conversation.Agents.Llm;

/// <summary>Everything that models are told, from the two files beside this one; there are no such texts in code.</summary>
internal static partial class PromptTexts
{
    private const string Folder = "Parley.Conversation.Agents.Llm.";

    private static readonly FrozenDictionary<string, string> Lines = Read("happenings.txt").Split('\n')
        .Where(static line => line.Length > 0 && line[0] != '#')
        .Select(static line => line.Split(": ", 2))
        .ToFrozenDictionary(static pair => pair[0], static pair => pair[1], StringComparer.Ordinal);

    /// <summary>The rules, with variables in double braces.</summary>
    public static string Rules { get; } = Read("receptionist.txt");

    /// <summary>Everything that is fixed in what a model is told: what it must not say aloud.</summary>
    public static IEnumerable<string> Fixed => Variable().Replace(Rules, "\n").Split('\n').Concat(Lines.Values.Select(static line => Variable().Replace(line, "\n")));

    /// <summary>A text by its key.</summary>
    public static string Of(string key, string value = "") => Lines[key].Replace("{{value}}", value, StringComparison.Ordinal);

    /// <summary>A text with its variables filled in.</summary>
    public static string Fill(string template, Func<string, string> value) => Variable().Replace(template, match => value(match.Groups[1].Value));

    /// <summary>A file beside this one.</summary>
    internal static string Read(string file)
    {
        using var stream = typeof(PromptTexts).Assembly.GetManifestResourceStream(Folder + file)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"\{\{([a-z]+)\}\}")]
    private static partial Regex Variable();
}
