using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Conversation.Tools;

/// <summary>
/// Arguments of tools as models write them: read strictly, fitted to the tool's schema where no meaning is lost, and written so that equal
/// arguments are equal texts. Knows of JSON Schema (2020-12) what tools need: <c>type</c>, <c>properties</c>, <c>required</c>, <c>enum</c>,
/// <c>items</c>, <c>minimum</c>, <c>maximum</c>, <c>maxLength</c>, <c>additionalProperties</c>.
/// </summary>
internal static class ToolArguments
{
    private const int MostDepth = 8;

    private static readonly string[] Types = ["object", "array", "string", "integer", "number", "boolean"];

    // They bound nothing.
    private static readonly string[] Annotations = ["$schema", "$comment", "title", "description", "default", "examples", "deprecated", "format"];

    /// <summary>Reads an object; null when it is none.</summary>
    public static JsonObject? Parse(string json)
    {
        if (string.IsNullOrWhiteSpace(json))
            return [];
        try
        {
            // Reading all of it tells members that are there twice, and texts that are none: half of a surrogate pair.
            var parsed = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = MostDepth }) as JsonObject;
            _ = parsed is null ? null : Canonical(parsed);
            return parsed;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>What is wrong with a schema; null when <see cref="Fit(JsonObject, JsonObject, out string)"/> checks everything in it.</summary>
    public static string? Objection(JsonObject schema, int depth = 0)
    {
        if (depth > MostDepth)
            return "is nested too deeply";
        foreach (var (name, value) in schema)
        {
            var objection = name switch
            {
                "type" => Types.Contains(value is JsonValue type ? type.ToString() : "") ? null : $"has a 'type' that is none of {string.Join(", ", Types)}",
                "required" => value is JsonArray names && names.All(static one => one?.GetValueKind() == JsonValueKind.String) ? null : "has a 'required' that is no list of names",
                "properties" => value is not JsonObject properties || properties.Any(static one => one.Value is not JsonObject)
                    ? "has 'properties' that are not schemas"
                    : properties.Select(one => Objection((JsonObject)one.Value!, depth + 1)).FirstOrDefault(static one => one is not null),
                "items" => value is JsonObject items ? Objection(items, depth + 1) : "has 'items' that are no schema",
                "enum" => value is JsonArray ? null : "has an 'enum' that is no list",
                "minimum" or "maximum" or "maxLength" => value is not null && Number(value) is not null ? null : $"has a '{name}' that is no number",
                "additionalProperties" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? null : "has 'additionalProperties' that are neither true nor false",
                _ => Annotations.Contains(name) ? null : $"has '{name}', which is not understood",
            };
            if (objection is not null)
                return objection;
        }

        return null;
    }

    /// <summary>The arguments as the schema wants them; what is wrong with them otherwise, in words for a model.</summary>
    public static JsonObject? Fit(JsonObject arguments, JsonObject schema, out string error)
    {
        try
        {
            error = "";
            return (JsonObject?)Fit(arguments, schema, "arguments", 0);
        }
        catch (FormatException e)
        {
            error = e.Message;
            return null;
        }
    }

    /// <summary>JSON with sorted members and without blanks.</summary>
    public static string Canonical(JsonObject arguments)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, arguments, 0);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>The ledger's key: one text for a call, turn, tool and arguments.</summary>
    public static string Key(Guid callId, int turn, string tool, string canonical) => string.Create(
        CultureInfo.InvariantCulture,
        $"{callId:N}-{turn}-{tool}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)).AsSpan(0, 16))}");

    private static void Write(Utf8JsonWriter writer, JsonNode? node, int depth)
    {
        if (depth > MostDepth)
            throw new JsonException("Nested too deeply.");
        switch (node)
        {
            case JsonObject map:
                writer.WriteStartObject();
                foreach (var (name, value) in map.OrderBy(static member => member.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    Write(writer, value, depth + 1);
                }

                writer.WriteEndObject();
                break;
            case JsonArray list:
                writer.WriteStartArray();
                foreach (var item in list)
                    Write(writer, item, depth + 1);
                writer.WriteEndArray();
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.ToJsonString() is var digits
                && decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number):
                // 2, 2.0 and 2e0 are the same number.
                writer.WriteRawValue(number.ToString("0.#############################", CultureInfo.InvariantCulture));
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }

    private static JsonNode? Fit(JsonNode node, JsonObject schema, string path, int depth)
    {
        if (depth > MostDepth)
            throw new FormatException($"{path} is nested too deeply.");
        var fitted = (schema["type"] as JsonValue)?.ToString() switch
        {
            "object" => FitObject(node as JsonObject ?? throw Wrong(path, "an object"), schema, path, depth),
            "array" => FitArray(node as JsonArray ?? throw Wrong(path, "a list"), schema, path, depth),
            "string" => JsonValue.Create(Text(node) ?? throw Wrong(path, "a text")),
            "integer" => Number(node) is { } whole && whole == decimal.Truncate(whole) && Math.Abs(whole) <= int.MaxValue
                ? JsonValue.Create((int)whole)
                : throw Wrong(path, "a whole number"),
            "number" => JsonValue.Create(Number(node) ?? throw Wrong(path, "a number")),
            "boolean" => JsonValue.Create(Flag(node) ?? throw Wrong(path, "true or false")),
            _ => node.DeepClone(),
        };
        CheckBounds(fitted, schema, path);
        return fitted;
    }

    private static JsonObject FitObject(JsonObject map, JsonObject schema, string path, int depth)
    {
        var properties = schema["properties"] as JsonObject ?? [];
        var keepsOthers = schema["additionalProperties"] is JsonValue others && others.GetValueKind() == JsonValueKind.True;
        var fitted = new JsonObject();
        foreach (var (name, value) in map)
        {
            // What is null is left out; what the tool does not know, too: a model that makes up members means no harm.
            if (value is null)
                continue;
            if (properties[name] is JsonObject property)
                fitted[name] = Fit(value, property, name, depth + 1);
            else if (keepsOthers)
                fitted[name] = value.DeepClone();
        }

        foreach (var required in (schema["required"] as JsonArray ?? []).OfType<JsonValue>().Select(static one => one.ToString()))
        {
            if (!fitted.ContainsKey(required))
                throw new FormatException($"'{required}' is missing.");
        }

        return fitted;
    }

    private static JsonArray FitArray(JsonArray list, JsonObject schema, string path, int depth) => schema["items"] is JsonObject items
        ? [.. list.Select(item => Fit(item ?? throw Wrong(path, "a list without null"), items, path, depth + 1))]
        : (JsonArray)list.DeepClone();

    private static void CheckBounds(JsonNode? node, JsonObject schema, string path)
    {
        if (schema["enum"] is JsonArray allowed && !allowed.Any(one => JsonNode.DeepEquals(one, node)))
            throw new FormatException($"'{path}' must be one of {allowed.ToJsonString()}.");
        if (node is not JsonValue value)
            return;
        if (value.GetValueKind() == JsonValueKind.Number && Number(value) is { } number)
        {
            if (Bound(schema, "minimum") is { } least && number < least)
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{path}' must be at least {least}."));
            if (Bound(schema, "maximum") is { } most && number > most)
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{path}' must be at most {most}."));
        }

        if (value.TryGetValue(out string? text) && Bound(schema, "maxLength") is { } length && text.Length > length)
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{path}' must have at most {length} characters."));
    }

    private static decimal? Bound(JsonObject schema, string name) => schema[name] is { } bound ? Number(bound) : null;

    private static FormatException Wrong(string path, string expected) => new($"'{path}' must be {expected}.");

    private static string? Text(JsonNode node) => node is not JsonValue value ? null
        : value.TryGetValue(out string? text) ? text
        : value.GetValueKind() == JsonValueKind.Number ? value.ToJsonString() : null;

    // Models write numbers and flags as text at times.
    private static decimal? Number(JsonNode node) => node is JsonValue value
        && decimal.TryParse(value.TryGetValue(out string? text) ? text : value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        ? number
        : null;

    private static bool? Flag(JsonNode node) => node is JsonValue value && bool.TryParse(value.ToString(), out var flag) ? flag : null;
}
