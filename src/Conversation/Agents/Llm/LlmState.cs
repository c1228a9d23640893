using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Conversation.Agents.Llm;

/// <summary>What <see cref="LlmAgent"/> remembers of a call: what was noted and what tools told; the conversation itself is in the request.</summary>
public sealed record LlmState : AgentState
{
    /// <summary>Marks the JSON as this agent's, in this shape.</summary>
    public const string CurrentFormat = "llm/1";

    /// <summary>Results of tools that are kept: the latest.</summary>
    public const int MostTold = 6;

    /// <summary>The shape of the JSON.</summary>
    public string Format { get; init; } = CurrentFormat;

    /// <summary>What tools told, oldest first.</summary>
    public IReadOnlyList<ToolTold> Told { get; init; } = [];

    /// <inheritdoc/>
    public override string ToJson() => JsonSerializer.Serialize(this, LlmStateJson.Default.LlmState);

    /// <summary>Reads <see cref="ToJson"/>'s output; null when it is something else.</summary>
    public static LlmState? FromJson(string json)
    {
        try
        {
            var state = JsonSerializer.Deserialize(json, LlmStateJson.Default.LlmState);
            return state is { Format: CurrentFormat } && json.Contains(CurrentFormat, StringComparison.Ordinal) ? state : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Serialiser of <see cref="LlmState"/> and of the facts as a model is shown them.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LlmState))]
[JsonSerializable(typeof(CallFacts))]
internal sealed partial class LlmStateJson : JsonSerializerContext;
