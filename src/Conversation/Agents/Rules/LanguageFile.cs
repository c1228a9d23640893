using System.Collections.Frozen;

namespace Parley.Conversation.Agents.Rules;

/// <summary>
/// A language of the product, as it stands in <c>Languages</c>, for whoever translates the one place: what is said and written, by key; how callers' numbers
/// and phrases are put into the English that the parsers read; and the signs of their moods.
/// </summary>
internal sealed class LanguageFile
{
    /// <summary>The languages there are; what is in none of them is answered in English.</summary>
    public static readonly IReadOnlyList<string> Tags = ["en", "es", "ru", "he"];

    private static readonly LanguageFile[] All = [.. Tags.Select(static tag => new LanguageFile(tag))];

    private LanguageFile(string tag)
    {
        Tag = tag;
        using var stream = typeof(LanguageFile).Assembly.GetManifestResourceStream($"{typeof(LanguageFile).Namespace}.Languages.{tag}.txt")!;
        using var reader = new StreamReader(stream);
        var said = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var (numbers, heard) = (new List<(string, string[])>(), new List<(string, string[])>());
        var mood = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var section = "";
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line[0] == '[')
            {
                section = line;
                continue;
            }

            // "the {n:th}" holds a colon, too.
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            var (key, value) = (line[..colon], line[(colon + 2)..]);
            if (section == "[said]")
                said.Add(key, value.Split('|', StringSplitOptions.TrimEntries));
            else if (section == "[mood]")
                mood.Add(key, value.Split(';', StringSplitOptions.TrimEntries));
            else
                (section == "[numbers]" ? numbers : heard).Add((key, value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
        }

        (Said, Numbers, Heard, Mood) = (said.ToFrozenDictionary(StringComparer.Ordinal), numbers, heard, mood.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>Its primary subtag.</summary>
    public string Tag { get; }

    /// <summary>What is said, in variants.</summary>
    public FrozenDictionary<string, string[]> Said { get; }

    /// <summary>Numbers in English, and their words; "joined by" and "prefixes" are what stands between and before them.</summary>
    public IReadOnlyList<(string English, string[] Words)> Numbers { get; }

    /// <summary>English, and the phrases that mean it; <c>{n}</c> is a number.</summary>
    public IReadOnlyList<(string English, string[] Phrases)> Heard { get; }

    /// <summary>What callers' moods are told by; for <see cref="Escalations.CallerMood"/>.</summary>
    public FrozenDictionary<string, string[]> Mood { get; }

    /// <summary>The language of a tag; null when it is none of these.</summary>
    public static LanguageFile? Of(string tag)
    {
        // Asked with every text that is heard: nothing is allocated for it.
        foreach (var file in All)
        {
            if (tag.StartsWith(file.Tag, StringComparison.OrdinalIgnoreCase) && (tag.Length == file.Tag.Length || tag[file.Tag.Length] == '-'))
                return file;
        }

        return null;
    }

    /// <summary>The language of a tag, or English.</summary>
    public static LanguageFile OrEnglish(string tag) => Of(tag) ?? All[0];
}
