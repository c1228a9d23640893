using System.Text.Json.Nodes;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Llm;

/// <summary>A language model that answers a conversation piece by piece. One instance serves all calls.</summary>
public interface ILanguageModel
{
    /// <summary>The provider's name, as used in configuration.</summary>
    string Name { get; }

    /// <summary>
    /// Answers. Pieces come as the model writes them; the last one is <see cref="ModelEvent.Finished"/>. Fails with a
    /// <see cref="ProviderException"/>; cancelling aborts the request.
    /// </summary>
    IAsyncEnumerable<ModelEvent> CompleteAsync(ModelRequest request, CancellationToken cancellationToken);
}

/// <summary>One request to a model.</summary>
public sealed record ModelRequest
{
    /// <summary>The conversation, rules first.</summary>
    public required IReadOnlyList<ModelMessage> Messages { get; init; }

    /// <summary>Tools the model may ask for.</summary>
    public IReadOnlyList<ModelTool> Tools { get; init; } = [];

    /// <summary>The tenant's wishes: models, temperature.</summary>
    public ProviderChoice? Providers { get; init; }

    /// <summary>Most tokens to write; a spoken answer is short. Default 300.</summary>
    public int MaxOutputTokens { get; init; } = 300;

    /// <summary>Where use is counted.</summary>
    public CallMeter? Meter { get; init; }
}

/// <summary>Who speaks in a model's conversation.</summary>
public enum ModelRole
{
    /// <summary>Rules and facts from us.</summary>
    System,

    /// <summary>The caller.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,

    /// <summary>The result of a tool.</summary>
    Tool,
}

/// <summary>A message of the conversation.</summary>
/// <param name="Role">Whose.</param>
/// <param name="Text">What was said; for a tool its result.</param>
/// <param name="ToolCalls">What the assistant asked for.</param>
/// <param name="ToolCallId">Which request a tool's result answers.</param>
public sealed record ModelMessage(ModelRole Role, string Text, IReadOnlyList<ModelToolCall>? ToolCalls = null, string? ToolCallId = null);

/// <summary>A tool offered to a model.</summary>
/// <param name="Name">Letters, digits and underscores.</param>
/// <param name="Description">When to use it.</param>
/// <param name="Parameters">JSON schema of its arguments.</param>
public sealed record ModelTool(string Name, string Description, JsonObject Parameters);

/// <summary>A model's wish to use a tool.</summary>
/// <param name="Id">The model's id of it.</param>
/// <param name="Name">The tool.</param>
/// <param name="ArgumentsJson">As the model wrote them: may be malformed.</param>
public sealed record ModelToolCall(string Id, string Name, string ArgumentsJson);

/// <summary>A piece of a model's answer.</summary>
public abstract record ModelEvent
{
    private ModelEvent()
    {
    }

    /// <summary>Words.</summary>
    public sealed record Text(string Delta) : ModelEvent;

    /// <summary>A complete tool request.</summary>
    public sealed record ToolCall(ModelToolCall Call) : ModelEvent;

    /// <summary>The end.</summary>
    public sealed record Finished(ModelFinish Reason) : ModelEvent;
}

/// <summary>Why a model stopped.</summary>
public enum ModelFinish
{
    /// <summary>It was done.</summary>
    Stop,

    /// <summary>It wants tools.</summary>
    ToolCalls,

    /// <summary>It reached the limit of tokens.</summary>
    Length,

    /// <summary>Its safety filter stopped it.</summary>
    ContentFilter,
}
