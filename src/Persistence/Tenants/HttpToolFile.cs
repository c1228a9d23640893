using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Conversation.Tools.Http;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Parley.Persistence.Tenants;

/// <summary>Reads and writes the <c>tools</c> of a tenant's file.</summary>
internal static class HttpToolFile
{
    private const int MostTools = 20;
    private const int LeastSecretChars = 16;

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    public static IReadOnlyList<HttpToolSettings> Read(YamlMap tenant)
    {
        var tools = tenant.Maps("tools", ReadOne);
        if (tools.GroupBy(t => t.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            tenant.Error("tools", $"'{twice.Key}' is there twice.");
        if (tools.Count > MostTools)
            tenant.Error("tools", $"'tools' are more than {MostTools}.");
        return tools;
    }

    public static YamlMappingNode Write(HttpToolSettings tool)
    {
        var node = new YamlMappingNode
        {
            { "name", Quoted(tool.Name) },
            { "description", Quoted(tool.Description) },
            { "url", Quoted(tool.Url) },
            { "method", Quoted(tool.Method) },
            { "reads_only", tool.ReadsOnly ? "true" : "false" },
            { "timeout_ms", tool.TimeoutMs.ToString(CultureInfo.InvariantCulture) },
            { "parameters", ToYaml(JsonNode.Parse(tool.ParametersJson)) },
        };
        // A secret that cannot be read is none to write down.
        if (tool is { Secret: not null, IsSealed: false })
            node.Add("secret", Quoted(tool.Secret));
        return node;
    }

    private static HttpToolSettings ReadOne(YamlMap map)
    {
        var name = map.RequiredText("name");
        if (name.Length > 0 && !HttpToolSettings.IsName(name))
            map.Error("name", $"'{name}' must begin with a lower-case letter and hold only lower-case letters, digits and underscores.");
        else if (HttpToolSettings.Reserved.Contains(name))
            map.Error("name", $"'{name}' is the name of a tool that is there already.");
        var url = map.RequiredText("url");
        if (url.Length > 0 && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" && address.UserInfo.Length == 0))
            map.Error("url", "'url' must be a web address without a password, such as https://example.com/orders.");
        var method = (map.Text("method") ?? "POST").ToUpperInvariant();
        if (!Methods.Contains(method))
            map.Error("method", $"'method' is '{method}', but must be one of {string.Join(", ", Methods)}.");
        var secret = map.Text("secret");
        if (secret is { Length: < LeastSecretChars })
            map.Error("secret", $"'secret' must have at least {LeastSecretChars} characters.");
        return new HttpToolSettings
        {
            Name = name,
            Description = map.RequiredText("description"),
            Url = url,
            Method = method,
            ReadsOnly = map.Bool("reads_only") ?? false,
            Secret = secret,
            TimeoutMs = map.Int("timeout_ms", 100, 8000) ?? 5000,
            ParametersJson = ReadSchema(map),
        };
    }

    private static string ReadSchema(YamlMap map)
    {
        if (map.Find("parameters") is not { } node)
            return """{"type":"object","properties":{}}""";
        var schema = ToJson(node) as JsonObject;
        if (schema is null || (schema["type"] as JsonValue)?.ToString() != "object")
            map.Error(node, "'parameters' must be a JSON schema of type object.");
        else if (HttpToolSettings.SchemaObjection(schema) is { } objection)
            map.Error(node, $"The schema in 'parameters' {objection}.");
        return schema?.ToJsonString() ?? "{}";
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(child => KeyValuePair.Create(child.Key.ToString(), ToJson(child.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } text } => Plain(text),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => null,
    };

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };

    private static YamlNode ToYaml(JsonNode? node) => node switch
    {
        JsonObject map => new YamlMappingNode(map.Select(member => KeyValuePair.Create<YamlNode, YamlNode>(new YamlScalarNode(member.Key), ToYaml(member.Value)))),
        JsonArray list => new YamlSequenceNode(list.Select(ToYaml)),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Quoted((string)value!),
        null => new YamlScalarNode("null"),
        _ => new YamlScalarNode(node.ToJsonString()),
    };

    private static YamlScalarNode Quoted(string text) => new(text) { Style = ScalarStyle.DoubleQuoted };
}
