using System.Globalization;
using NodaTime.Text;
using YamlDotNet.RepresentationModel;

namespace Parley.Persistence.Tenants;

/// <summary>
/// Reads one mapping of a YAML file strictly: what is wrong is noted with its line and reading goes on, so that all mistakes are told at
/// once; keys nobody asked for are mistakes too.
/// </summary>
internal sealed class YamlMap
{
    private readonly YamlMappingNode node;
    private readonly List<TenantFileError> errors;
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    public YamlMap(YamlMappingNode node, List<TenantFileError> errors)
    {
        this.node = node;
        this.errors = errors;
    }

    public static YamlMap? Of(YamlNode node, string what, List<TenantFileError> errors)
    {
        if (node is YamlMappingNode mapping)
            return new YamlMap(mapping, errors);
        errors.Add(new TenantFileError(node.Start.Line, $"{what} must be a mapping (key: value)."));
        return null;
    }

    public void Error(YamlNode node, string message) => errors.Add(new TenantFileError(node.Start.Line, message));

    public void Error(string key, string message) => Error(Find(key) ?? node, message);

    /// <summary>The node of a key; null when it is missing or null.</summary>
    public YamlNode? Find(string key)
    {
        known.Add(key);
        return node.Children.TryGetValue(new YamlScalarNode(key), out var value) && !IsNull(value) ? value : null;
    }

    public string? Text(string key) => Find(key) is { } node ? Scalar(node, key) : null;

    public string RequiredText(string key)
    {
        if (Find(key) is not { } node)
        {
            Error(this.node, $"'{key}' is missing.");
            return "";
        }

        var text = Scalar(node, key);
        if (text is { Length: 0 })
            Error(node, $"'{key}' is empty.");
        return text ?? "";
    }

    /// <summary>A value that a parser accepts; null when it is missing or was noted as a mistake.</summary>
    public T? Value<T>(string key, Func<string, T?> parse, string expected)
        where T : struct
    {
        if (Find(key) is not { } node || Scalar(node, key) is not { } text)
            return null;
        var value = parse(text);
        if (value is null)
            Error(node, $"'{key}' is '{text}', but must be {expected}.");
        return value;
    }

    public int? Int(string key, int from, int to) => Value<int>(
        key,
        t => int.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var v) && v >= from && v <= to ? v : null,
        $"a whole number from {from} to {to}");

    public double? Number(string key, double from, double to) => Value<double>(
        key,
        t => double.TryParse(t, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var v) && v >= from && v <= to ? v : null,
        string.Create(CultureInfo.InvariantCulture, $"a number from {from} to {to}"));

    public bool? Bool(string key) => Value<bool>(key, t => t switch { "true" => true, "false" => false, _ => null }, "true or false");

    /// <summary>A list of texts; one text alone counts as a list of one.</summary>
    public IReadOnlyList<string> Texts(string key) =>
        [.. Items(key).Select(n => Scalar(n, key)).OfType<string>()];

    /// <summary>The keys of a mapping whose keys are values, each with its node.</summary>
    public IReadOnlyList<(YamlNode Node, string Name)> Keys()
    {
        var keys = new List<(YamlNode, string)>();
        foreach (var key in node.Children.Keys.OfType<YamlScalarNode>())
        {
            if (key.Value is not { Length: > 0 } name)
                continue;
            known.Add(name);
            keys.Add((key, name));
        }

        return keys;
    }

    public IReadOnlyList<YamlNode> Items(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode list => [.. list.Children],
        var single => [single],
    };

    public IReadOnlyList<T> Maps<T>(string key, Func<YamlMap, T> read)
    {
        var result = new List<T>();
        foreach (var item in Items(key))
        {
            if (Of(item, $"Each of '{key}'", errors) is not { } map)
                continue;
            result.Add(read(map));
            map.RejectUnknown();
        }

        return result;
    }

    public T? Map<T>(string key, Func<YamlMap, T> read)
        where T : class
    {
        if (Find(key) is not { } node || Of(node, $"'{key}'", errors) is not { } map)
            return null;
        var result = read(map);
        map.RejectUnknown();
        return result;
    }

    /// <summary>Parses a NodaTime value; null when that was noted as a mistake.</summary>
    public T? Parse<T>(YamlNode node, string text, IPattern<T> pattern, string expected)
        where T : struct
    {
        var result = pattern.Parse(text.Trim());
        if (result.Success)
            return result.Value;
        Error(node, $"'{text.Trim()}' must be {expected}.");
        return null;
    }

    public string? Scalar(YamlNode node, string key)
    {
        if (node is YamlScalarNode scalar)
            return scalar.Value?.Trim() ?? "";
        Error(node, $"'{key}' must be plain text here.");
        return null;
    }

    /// <summary>To be called once everything was asked for.</summary>
    public void RejectUnknown()
    {
        foreach (var key in node.Children.Keys)
        {
            if (key is not YamlScalarNode { Value: { } name })
                Error(key, "A key must be plain text.");
            else if (!known.Contains(name))
                Error(key, $"'{name}' is not known here; known are {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
        }
    }

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: null or "" or "~" or "null" };
}
