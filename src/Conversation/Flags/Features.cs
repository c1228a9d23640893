using System.Text.RegularExpressions;

namespace Parley.Conversation.Flags;

/// <summary>Names of features: <c>knowledge</c>, <c>recording</c>, <c>tool.&lt;name&gt;</c>, <c>language.&lt;BCP 47 tag&gt;</c>.</summary>
public static partial class Features
{
    /// <summary>Answers from the tenant's own documents and catalogue.</summary>
    public const string Knowledge = "knowledge";

    /// <summary>Calls are captured.</summary>
    public const string Recording = "recording";

    private const string LanguagePrefix = "language.";

    /// <summary>What a valid name looks like, for people.</summary>
    public const string Expected = "knowledge, recording, tool.<name> or language.<tag>";

    /// <summary>The feature that stands for a tool.</summary>
    public static string Tool(string name) => "tool." + name;

    /// <summary>The feature that stands for a language.</summary>
    /// <param name="tag">BCP 47, such as <c>es-MX</c>.</param>
    public static string Language(string tag) => LanguagePrefix + tag;

    /// <summary>Whether a text names a feature.</summary>
    public static bool IsValid(string? name) => name is not null && Name().IsMatch(name);

    internal static bool IsLanguage(string feature) => feature.StartsWith(LanguagePrefix, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^(knowledge|recording|tool\.[a-z][a-z0-9_]{0,63}|language\.[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3})\z")]
    private static partial Regex Name();
}
