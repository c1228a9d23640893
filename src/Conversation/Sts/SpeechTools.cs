using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Llm;
using Parley.Conversation.Llm;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Sts;

/// <summary>
/// What a speech-to-speech model is told and can do: the same rules, facts and tools as <see cref="LlmAgent"/>'s models, and the same memory, so that
/// either goes on where the other stopped. The one place that knows where they come from.
/// </summary>
internal sealed class SpeechTools(AgentRequest request)
{
    private readonly LlmTools tools = new(request, request.State?.Facts ?? CallFacts.None);

    /// <summary>What is known of the caller's wish.</summary>
    public AgentState State => new LlmState { Facts = tools.Facts };

    /// <summary>Hang up once everything said has been heard.</summary>
    public bool Ends => tools.Ends;

    /// <summary>Connect the caller once everything said has been heard.</summary>
    public Department? Transfer => tools.Transfer;

    /// <summary>What a session begins with.</summary>
    public static SpeechToSpeechOptions Begin(AgentRequest request) => new()
    {
        Instructions = LlmPrompt.For(request, request.State?.Facts ?? CallFacts.None),
        Language = request.Call.Tenant.Language,
        Tools = LlmTools.For(request),
        History = [.. request.History.Skip(Math.Max(0, request.History.Count - LlmAgent.MostHistory)).Where(static entry => entry.Text.Length > 0)],
        Providers = request.Call.Tenant.Providers,
        Meter = request.Meter,
    };

    /// <summary>What happened on the call that the model did not hear itself; null for speech.</summary>
    public static string? Told(AgentRequest request) => request.Trigger switch
    {
        AgentTrigger.CallerSaid => null,
        AgentTrigger.CallStarted => $"[The call begins. Greet the caller with exactly these words and no others: {request.Call.Tenant.Greeting}]",
        _ => LlmAgent.Happened(request.Trigger),
    };

    /// <summary>Whether the call ends with the answer to this, whatever the model does.</summary>
    public static bool IsLast(AgentTrigger trigger) => LlmAgent.IsLast(trigger);

    /// <summary>Does what the model asks, one call after the other; returns what the model is told about it. Never throws.</summary>
    public ValueTask<string> RunAsync(ModelToolCall call) => ValueTask.FromResult(tools.Run(call));
}
