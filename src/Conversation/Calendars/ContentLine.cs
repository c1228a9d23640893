using System.Text;

namespace Parley.Conversation.Calendars;

/// <summary>A line of iCalendar: <c>NAME;PARAMETER=value:value</c> (RFC 5545, 3.1), names in upper case.</summary>
internal readonly record struct ContentLine(string Name, IReadOnlyDictionary<string, string> Parameters, string Value)
{
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    /// <summary>The lines of a text, unfolded. What has no colon is no line, and is left out.</summary>
    public static IEnumerable<ContentLine> ReadAll(string text)
    {
        using var reader = new StringReader(text);
        var whole = new StringBuilder();
        while (reader.ReadLine() is { } part)
        {
            if (part.Length > 0 && part[0] is ' ' or '\t')
            {
                whole.Append(part, 1, part.Length - 1);
                continue;
            }

            if (Parse(whole.ToString()) is { } line)
                yield return line;
            whole.Clear().Append(part);
        }

        if (Parse(whole.ToString()) is { } last)
            yield return last;
    }

    private static ContentLine? Parse(string line)
    {
        var nameEnd = line.AsSpan().IndexOfAny(';', ':');
        if (nameEnd <= 0)
            return null;
        var name = line[..nameEnd].ToUpperInvariant();
        if (line[nameEnd] == ':')
            return new ContentLine(name, None, line[(nameEnd + 1)..]);

        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var from = nameEnd + 1;
        var quoted = false;
        for (var i = from; i < line.Length; i++)
        {
            if (line[i] == '"')
                quoted = !quoted;
            if (quoted || line[i] is not (';' or ':'))
                continue;
            var parameter = line.AsSpan(from, i - from);
            if (parameter.IndexOf('=') is > 0 and var equals)
                parameters[parameter[..equals].ToString()] = parameter[(equals + 1)..].Trim('"').ToString();
            if (line[i] == ':')
                return new ContentLine(name, parameters, line[(i + 1)..]);
            from = i + 1;
        }

        return null;
    }
}
