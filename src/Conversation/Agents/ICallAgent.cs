using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Parley.Conversation.Escalations;
using Parley.Conversation.Flags;
using Parley.Conversation.Frames;
using Parley.Conversation.Providers;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;

namespace Parley.Conversation.Agents;

/// <summary>
/// Decides what to say. An agent keeps nothing between calls of <see cref="RespondAsync"/>: what it must remember it gives out as
/// <see cref="AgentEvent.Remember"/> and is handed back. The loop may therefore ask before the caller's turn is over, and throw the
/// answer away without a trace when the caller goes on.
/// </summary>
public interface ICallAgent
{
    /// <summary>The agent's name, as stored with a call.</summary>
    string Name { get; }

    /// <summary>Answers one trigger. Has no effect on the world but through <see cref="AgentRequest.Tools"/>; other effects are events that the loop carries out once
    /// the turn is taken.</summary>
    IAsyncEnumerable<AgentEvent> RespondAsync(AgentRequest request, CancellationToken cancellationToken);

    /// <summary>Reads a state that this agent wrote with <see cref="AgentState.ToJson"/>; null when it cannot.</summary>
    AgentState? RestoreState(string json);
}

/// <summary>What an agent remembers of a call. Immutable.</summary>
public abstract record AgentState
{
    /// <summary>What is known of the caller's wish so far; the lead is made of it.</summary>
    public CallFacts Facts { get; init; } = CallFacts.None;

    /// <summary>The state as JSON, to survive a restart.</summary>
    public abstract string ToJson();
}

/// <summary>One question to the agent.</summary>
public sealed record AgentRequest
{
    /// <summary>The call.</summary>
    public required CallContext Call { get; init; }

    /// <summary>What happened.</summary>
    public required AgentTrigger Trigger { get; init; }

    /// <summary>What the agent last asked to remember; null at the start.</summary>
    public AgentState? State { get; init; }

    /// <summary>The conversation so far: what the caller said, and what the caller heard.</summary>
    public IReadOnlyList<HistoryEntry> History { get; init; } = [];

    /// <summary>The time now.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>True while the caller may still go on: only reading tools may run.</summary>
    public bool Speculative { get; init; }

    /// <summary>Where the use of providers is counted.</summary>
    public CallMeter? Meter { get; init; }

    /// <summary>What the tenant has; everything else the agent does not know of.</summary>
    public TenantFeatures Features { get; init; } = TenantFeatures.All;

    /// <summary>The caller's past with this tenant, once it is known; null for a new or unknown caller.</summary>
    public CallerHistory? Caller => Call.Caller is { IsCompletedSuccessfully: true, Result: var history } ? history : null;

    /// <summary>What the agent can have done; null where nothing can be, such as in a replay.</summary>
    public CallTools? Tools { get; init; }

    /// <summary>Completes when the caller's turn is over and this answer is taken; cancelled when it is thrown away.</summary>
    public Task Committed { get; init; } = Task.CompletedTask;

    /// <summary>Ordinal in the call of the turn being answered, the same when the caller goes on and both parts become one turn.</summary>
    public int Turn { get; init; }

    /// <summary>Number of this answer in the call's present connection; a turn that is answered anew gets another one.</summary>
    public int Answer { get; init; }
}

/// <summary>The fixed facts of a call.</summary>
/// <param name="CallId">Parley's id, UUID v7.</param>
/// <param name="CarrierCallId">The carrier's id (Twilio: <c>CA...</c>).</param>
/// <param name="Tenant">Whose call it is.</param>
/// <param name="CallerNumber">E.164, or null when withheld.</param>
/// <param name="CalledNumber">E.164.</param>
/// <param name="Direction">Who placed the call.</param>
/// <param name="StreamId">The carrier's id of the media stream (Twilio: <c>MZ...</c>); a resumed call has another one.</param>
public sealed record CallContext(
    Guid CallId, string CarrierCallId, Tenant Tenant, string? CallerNumber, string CalledNumber, CallDirection Direction,
    string? StreamId = null)
{
    /// <summary>The look-up of the caller's past, which began when the call rang; never awaited. Null when there is none.</summary>
    [JsonIgnore]    // captures hold the call
    public Task<CallerHistory?>? Caller { get; init; }
}

/// <summary>One side's words in the past of a call.</summary>
/// <param name="Speaker">Who.</param>
/// <param name="Text">Caller: what was recognised. Agent: what was heard.</param>
/// <param name="Interrupted">The caller cut it short.</param>
public sealed record HistoryEntry(Speaker Speaker, string Text, bool Interrupted = false);

/// <summary>Who speaks.</summary>
public enum Speaker
{
    /// <summary>The person on the line.</summary>
    Caller,

    /// <summary>Parley.</summary>
    Agent,
}

/// <summary>Why the agent is asked.</summary>
public abstract record AgentTrigger
{
    private AgentTrigger()
    {
    }

    /// <summary>The call was answered: greet.</summary>
    public sealed record CallStarted : AgentTrigger;

    /// <summary>The call came back to the agent: go on where it stopped.</summary>
    public sealed record CallResumed(ResumeReason Reason) : AgentTrigger;

    /// <summary>The caller said something.</summary>
    public sealed record CallerSaid(string Text) : AgentTrigger;

    /// <summary>The caller spoke, but no words were understood.</summary>
    public sealed record NotUnderstood(int Times) : AgentTrigger;

    /// <summary>The caller pressed keys.</summary>
    public sealed record CallerPressed(string Digits) : AgentTrigger;

    /// <summary>The caller has been silent; <paramref name="Times"/> counts in a row from 1.</summary>
    public sealed record CallerSilent(int Times) : AgentTrigger;

    /// <summary>Time is up: say goodbye.</summary>
    public sealed record EndOfTime : AgentTrigger;
}

/// <summary>Why a call came back to the agent.</summary>
public enum ResumeReason
{
    /// <summary>The line between the carrier and us broke.</summary>
    LineLost,

    /// <summary>Nobody answered where the caller was transferred to.</summary>
    TransferFailed,
}

/// <summary>A piece of the agent's answer, in order.</summary>
public abstract record AgentEvent
{
    private AgentEvent()
    {
    }

    /// <summary>Words to speak; may be a part of a sentence, as a model streams it.</summary>
    public sealed record Say(string Text) : AgentEvent;

    /// <summary>What the caller is expected to answer, so that the end of the turn is judged by it.</summary>
    public sealed record Expect(ReplyExpectation Expectation) : AgentEvent;

    /// <summary>The state to hand back with the next trigger.</summary>
    public sealed record Remember(AgentState State) : AgentEvent;

    /// <summary>Hang up once everything said before has been heard.</summary>
    public sealed record EndCall : AgentEvent;

    /// <summary>
    /// Connect the caller to a person once everything said before has been heard. <paramref name="Summary"/> is spoken to the one who answers,
    /// before the caller is there.
    /// </summary>
    public sealed record TransferCall(Department Department, string? Summary = null) : AgentEvent;

    /// <summary>A person is needed: told to the tenant's staff, once for each reason of a call.</summary>
    public sealed record Escalate(EscalationReason Reason, string Summary) : AgentEvent;

    /// <summary>
    /// What the answer rests on: passages, tools, what was not let through (docs/agent.md). Kept with the agent's turn; a later one of the same
    /// answer takes the place of an earlier one. Not to be changed once it was given out.
    /// </summary>
    public sealed record Decided(JsonObject Decision) : AgentEvent;
}
