using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using Parley.Persistence.Tenants;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Parley.Calling;

/// <summary>Reads the YAML of scripts and scenarios: every key must be known, every value of its kind; errors carry file and line.</summary>
internal sealed class ScriptYaml(string file)
{
    private static readonly SearchValues<char> KeySet = SearchValues.Create("0123456789*#ABCD");
    private static readonly string[] DialStatuses = ["completed", "no-answer", "busy", "failed"];

    /// <summary>The root of the one document of a text.</summary>
    /// <exception cref="CallScriptException">It is no such YAML.</exception>
    public YamlNode Load(string text)
    {
        IList<YamlDocument> documents;
        try
        {
            documents = YamlText.Load(text);
        }
        catch (YamlException e)
        {
            throw new CallScriptException($"{file}:{e.Start.Line}: {e.Message}", e);
        }

        return documents.Count == 1
            ? documents[0].RootNode
            : throw new CallScriptException($"{file}: one YAML document expected, {documents.Count} found");
    }

    /// <summary>A mapping of known keys.</summary>
    public Dictionary<string, YamlNode> Map(YamlNode node, string what, string[] keys)
    {
        if (node is not YamlMappingNode mapping)
            throw Error(node, $"{what} is a mapping of keys to values");

        var map = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping)
        {
            var name = Text(key);
            if (!keys.Contains(name))
                throw Error(key, $"'{name}' is not known in {what}; known are {string.Join(", ", keys)}");
            map.Add(name, value);
        }

        return map;
    }

    /// <summary>The value of a key that must be there.</summary>
    public YamlNode Required(Dictionary<string, YamlNode> map, YamlNode owner, string key) =>
        map.TryGetValue(key, out var node) ? node : throw Error(owner, $"'{key}' is missing");

    /// <summary>The value of a key; null when it is not there.</summary>
    public static T? Optional<T>(Dictionary<string, YamlNode> map, string key, Func<YamlNode, T> read)
        where T : class => map.TryGetValue(key, out var node) ? read(node) : null;

    /// <summary>A scalar that is not empty.</summary>
    public string Text(YamlNode node) =>
        node is YamlScalarNode { Value: { Length: > 0 } value } ? value : throw Error(node, "a text is expected");

    /// <summary>A whole number from 0.</summary>
    public int Count(YamlNode node) =>
        int.TryParse(Text(node), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Error(node, $"a whole number from 0 is expected, not '{node}'");

    /// <summary>True or false.</summary>
    public bool Flag(YamlNode node) => Text(node) switch
    {
        "true" => true,
        "false" => false,
        _ => throw Error(node, $"true or false is expected, not '{node}'"),
    };

    /// <summary>A telephone number, E.164.</summary>
    public string Number(YamlNode node)
    {
        var text = Text(node);
        return text is ['+', not '0', ..] && text.Length is >= 8 and <= 16 && text.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0
            ? text
            : throw Error(node, $"a telephone number like \"+14155550123\" is expected, not '{text}'");
    }

    /// <summary>Keys of a telephone.</summary>
    public string Keys(YamlNode node)
    {
        var text = Text(node);
        return text.AsSpan().IndexOfAnyExcept(KeySet) < 0
            ? text
            : throw Error(node, $"keys are 0-9, *, # and A-D, not '{text}'");
    }

    /// <summary>What becomes of a <c>Dial</c>.</summary>
    public string DialStatus(YamlNode node)
    {
        var text = Text(node);
        return DialStatuses.Contains(text) ? text : throw Error(node, $"dial is one of {string.Join(", ", DialStatuses)}");
    }

    /// <summary>A time as a caller names it.</summary>
    public RequestedTime Time(YamlNode node) =>
        RequestedTime.TryParse(Text(node), out var time)
            ? time
            : throw Error(node, $"a time like 'tomorrow 19:30' or 'friday 19:00' is expected, not '{node}'");

    /// <summary>A phrase, or a valid regular expression between slashes.</summary>
    public string Phrase(YamlNode node)
    {
        var text = Text(node);
        try
        {
            Phrases.Occurs(text, "");
            return text;
        }
        catch (RegexParseException e)
        {
            throw Error(node, $"no valid regular expression: {e.Message}");
        }
    }

    /// <summary>A list.</summary>
    public T[] List<T>(YamlNode node, Func<YamlNode, T> read) =>
        node is YamlSequenceNode sequence ? [.. sequence.Select(read)] : throw Error(node, "a list is expected");

    /// <summary>What is wrong with a node, and where that is.</summary>
    public CallScriptException Error(YamlNode node, string message) => Error((int)node.Start.Line, message);

    /// <summary>What is wrong with a line.</summary>
    public CallScriptException Error(int line, string message) => new($"{file}:{line}: {message}");
}
