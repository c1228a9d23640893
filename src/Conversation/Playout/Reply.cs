using System.Text;
using System.Text.Json.Nodes;
using Parley.Conversation.Agents;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Playout;

/// <summary>
/// One answer of the agent, from the first word it made up to the last one heard. Touched by the call's loop only, except for
/// <see cref="Cancellation"/> and <see cref="Committed"/>, which its makers wait on.
/// </summary>
internal sealed class Reply(int id, AgentTrigger trigger, bool speculative) : IDisposable
{
    private readonly StringBuilder generated = new();
    private string? generatedText;      // asked for with every frame
    private readonly CancellationTokenSource cancellation = new();
    private readonly TaskCompletionSource committed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The turn id that everything made for this reply carries.</summary>
    public int Id { get; } = id;

    /// <summary>What it answers; what was said may be known only later.</summary>
    public AgentTrigger Trigger { get; set; } = trigger;

    /// <summary>Prepared before the caller's turn was over.</summary>
    public bool WasSpeculative { get; } = speculative;

    /// <summary>The language that its clauses are in so far, BCP 47, as its maker tells it; null for the tenant's.</summary>
    public string? SpokenLanguage { get; set; }

    /// <summary>Its clauses, in the order they are spoken.</summary>
    public List<Clause> Clauses { get; } = [];

    /// <summary>Everything the agent made up.</summary>
    public string GeneratedText => generatedText ??= generated.ToString().Trim();

    /// <summary>Everything that was or will be spoken.</summary>
    public string SpokenText => string.Join(' ', Clauses.Where(c => !c.IsFiller && c.Length > 0).Select(c => c.Text.Trim()));

    /// <summary>The agent's new state, if it gave one.</summary>
    public AgentState? State { get; set; }

    /// <summary>What the agent expects next.</summary>
    public ReplyExpectation Expectation { get; set; } = ReplyExpectation.Anything;

    /// <summary>Hang up when it was heard.</summary>
    public bool EndCall { get; set; }

    /// <summary>Connect the caller when it was heard.</summary>
    public Department? Transfer { get; set; }

    /// <summary>What the one who answers is told about the caller.</summary>
    public string? TransferSummary { get; set; }

    /// <summary>What a person is to be told about, once it was spoken.</summary>
    public List<AgentEvent.Escalate> Escalations { get; } = [];

    /// <summary>What it rests on, as far as the agent told.</summary>
    public JsonObject? Decision { get; set; }

    /// <summary>No more text or audio comes.</summary>
    public bool IsDone { get; set; }

    /// <summary>Why it broke off.</summary>
    public Exception? Error { get; set; }

    /// <summary>When the agent's first words were there, on the call's clock.</summary>
    public int? FirstTextMs { get; set; }

    /// <summary>When the first audio was there.</summary>
    public int? FirstAudioMs { get; set; }

    /// <summary>Cancelled when the reply is no longer wanted.</summary>
    public CancellationToken Cancellation => cancellation.Token;

    /// <summary>Completes when the caller's turn is over and the reply is to be spoken; cancelled with the reply.</summary>
    public Task Committed => committed.Task;

    /// <summary>Whether any audio is there.</summary>
    public bool HasAudio => Clauses.Exists(c => c.Length > 0 && !c.IsFiller);

    /// <summary>Adds words of the agent.</summary>
    public void Add(string text)
    {
        generated.Append(text);
        generatedText = null;
    }

    /// <summary>Whoever made it gives up before anything was heard; another one begins anew. A holding phrase stays.</summary>
    public void Restart(AgentTrigger trigger)
    {
        Trigger = trigger;
        generated.Clear();
        generatedText = null;
        FirstTextMs = null;
        Clauses.RemoveAll(static c => !c.IsFiller);
    }

    /// <summary>Lets the makers go beyond the first clause.</summary>
    public void Commit() => committed.TrySetResult();

    /// <inheritdoc/>
    public void Dispose()
    {
        cancellation.Cancel();
        committed.TrySetCanceled();
        foreach (var clause in Clauses)
            clause.Dispose();
    }
}
