using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Llm;
using Parley.Conversation.Llm;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Sts;

/// <summary>
/// What a speech-to-speech model is told and can do: the same rules, facts and tools as <see cref="LlmAgent"/>'s models, and the same memory, so that
/// either goes on where the other stopped. The one place that knows where they come from. Its words are sound when they come, so they cannot be checked
/// before they are heard; what it does is.
/// </summary>
internal sealed class SpeechTools(AgentRequest request)
{
    private readonly ToolLoop tools = new(request, LlmAnswer.Known(request), request.State?.Facts ?? CallFacts.None);

    /// <summary>What is known of the caller's wish, and what tools told.</summary>
    public AgentState State => new LlmState
    {
        Facts = tools.Facts, Told = [.. ((request.State as LlmState)?.Told ?? []).Concat(tools.Outcomes).TakeLast(LlmState.MostTold)],
    };

    /// <summary>Hang up once everything said has been heard.</summary>
    public bool Ends => tools.Ends;

    /// <summary>Connect the caller once everything said has been heard.</summary>
    public Department? Transfer => tools.Transfer?.Department;

    /// <summary>What a session begins with.</summary>
    public static SpeechToSpeechOptions Begin(AgentRequest request) => new()
    {
        Instructions = LlmPrompt.For(request, request.State?.Facts ?? CallFacts.None),
        Language = request.Call.Tenant.Language,
        Tools = request.Tools?.Offered ?? [],
        History = [.. request.History.Skip(Math.Max(0, request.History.Count - LlmAgent.MostHistory)).Where(static entry => entry.Text.Length > 0)],
        Providers = request.Call.Tenant.Providers,
        Meter = request.Meter,
    };

    /// <summary>What happened on the call that the model did not hear itself; null for speech.</summary>
    public static string? Told(AgentRequest request) => request.Trigger switch
    {
        AgentTrigger.CallerSaid => null,
        AgentTrigger.CallStarted => PromptTexts.Of("greet", request.Call.Tenant.Greeting),
        _ => LlmAgent.Happened(request.Trigger),
    };

    /// <summary>Whether the call ends with the answer to this, whatever the model does.</summary>
    public static bool IsLast(AgentTrigger trigger) => LlmAgent.IsLast(trigger);

    /// <summary>Does what the model asks, one call after the other; returns what the model is told about it. Never throws.</summary>
    public async ValueTask<string> RunAsync(ModelToolCall call)
    {
        try
        {
            return await tools.RunOneAsync(call, CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // The caller went on: what was wished for was not done.
            return PromptTexts.Of("taken-back");
        }
    }
}
