using System.Text.Json.Nodes;
using Parley.Conversation.Llm;

namespace Parley.Conversation.Tools;

/// <summary>Describes tools to models.</summary>
internal static class ToolSchema
{
    /// <summary>A tool with these arguments.</summary>
    public static ModelTool Tool(string name, string description, params ReadOnlySpan<ToolParameter> parameters)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var parameter in parameters)
        {
            properties[parameter.Name] = parameter.ToSchema();
            if (parameter.IsRequired)
                required.Add(parameter.Name);
        }

        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0)
            schema["required"] = required;
        return new ModelTool(name, description, schema);
    }
}

/// <summary>An argument of a tool.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its JSON type.</param>
/// <param name="Description">What it means.</param>
/// <param name="IsRequired">Whether the tool needs it.</param>
/// <param name="MostChars">Longest text.</param>
/// <param name="Least">Least number.</param>
/// <param name="Most">Greatest number.</param>
/// <param name="OneOf">The texts that are possible.</param>
internal sealed record ToolParameter(
    string Name, string Type, string Description, bool IsRequired = false, int? MostChars = null, int? Least = null, int? Most = null,
    IReadOnlyList<string>? OneOf = null)
{
    private const int DefaultMostChars = 200;

    /// <summary>Its JSON schema.</summary>
    public JsonObject ToSchema()
    {
        var schema = new JsonObject { ["type"] = Type, ["description"] = Description };
        if (Type == "string" && OneOf is null)
            schema["maxLength"] = MostChars ?? DefaultMostChars;
        if (Least is { } least)
            schema["minimum"] = least;
        if (Most is { } most)
            schema["maximum"] = most;
        if (OneOf is not null)
            schema["enum"] = new JsonArray([.. OneOf.Select(static one => JsonValue.Create(one))]);
        return schema;
    }
}
