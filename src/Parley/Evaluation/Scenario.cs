using System.Text.Json.Nodes;
using Parley.Calling;

namespace Parley.Evaluation;

/// <summary>A caller's part, the business that is called, and what the call should come to.</summary>
internal sealed record Scenario
{
    /// <summary>Path of the file, relative to the folder that is run.</summary>
    public required string File { get; init; }

    /// <summary>What it is about.</summary>
    public required string Name { get; init; }

    /// <summary>The called business as a file, see <see cref="Parley.Persistence.Tenants.TenantFile"/>.</summary>
    public required Conversation.Tenants.Tenant Tenant { get; init; }

    /// <summary>Folder of what the business tells about itself, see <see cref="Parley.Persistence.Knowledge.KnowledgeFolder"/>; null without one.</summary>
    public string? Knowledge { get; init; }

    /// <summary>When the call is placed, in the tenant's zone.</summary>
    public required NodaTime.LocalDateTime Now { get; init; }

    /// <summary>The same as a moment.</summary>
    public NodaTime.Instant StartsAt => Now.InZoneLeniently(Tenant.TimeZone).ToInstant();

    /// <summary>The caller's number, E.164; null when it is withheld.</summary>
    public string? From { get; init; }

    /// <summary>What becomes of a transferred call: <c>completed</c>, <c>no-answer</c>, <c>busy</c> or <c>failed</c>.</summary>
    public string DialStatus { get; init; } = "completed";

    /// <summary>The agents it is for.</summary>
    public required IReadOnlyList<AgentKind> Agents { get; init; }

    /// <summary>The scenario does not say whom it is for: a real model may try it too.</summary>
    public bool IsForAnyone { get; init; }

    /// <summary>It is one of those that audio mode runs.</summary>
    public bool Audio { get; init; }

    /// <summary>Bookings that are there before the call.</summary>
    public IReadOnlyList<ScenarioBooking> Before { get; init; } = [];

    /// <summary>Tools that fail during the call, by name.</summary>
    public IReadOnlyDictionary<string, ToolFault> Fails { get; init; } = new Dictionary<string, ToolFault>();

    /// <summary>Who calls, for a model that plays the caller.</summary>
    public Persona? Persona { get; init; }

    /// <summary>The caller's steps, in order. With a persona: what the caller says while no model plays it; none for one that needs a model.</summary>
    public IReadOnlyList<ScenarioStep> Steps { get; init; } = [];

    /// <summary>What the model says when a transferred caller comes back because nobody answered.</summary>
    public IReadOnlyList<ModelAction> OnReturn { get; init; } = [];

    /// <summary>What the scripted model writes when it is to analyse the call; null for one that only converses.</summary>
    public JsonObject? Analysis { get; init; }

    /// <summary>What the call should come to, by agent.</summary>
    public required IReadOnlyDictionary<AgentKind, ScenarioExpectations> Expect { get; init; }
}

/// <summary>Who answers.</summary>
internal enum AgentKind
{
    /// <summary>The embedded agent.</summary>
    Rules,

    /// <summary>The agent that speaks with a language model.</summary>
    Llm,
}

/// <summary>A caller that a model plays.</summary>
/// <param name="About">Who it is: name, temper, way of speaking.</param>
/// <param name="Goal">What is to be reached, and when to hang up.</param>
/// <param name="MostLines">Lines after which the caller hangs up at the latest.</param>
internal sealed record Persona(string About, string Goal, int MostLines = 20);

/// <summary>What the caller does.</summary>
internal enum CallerDoes
{
    /// <summary>Speaks.</summary>
    Say,

    /// <summary>Presses keys.</summary>
    Press,

    /// <summary>Stays silent until the agent speaks again.</summary>
    StaySilent,

    /// <summary>Makes a sound that holds no words, as long as speech.</summary>
    MakeNoise,

    /// <summary>Hangs up.</summary>
    HangUp,
}

/// <summary>A step of the caller, taken when the agent is done, or into its words.</summary>
internal sealed record ScenarioStep
{
    /// <summary>Line in the file, from 1; 0 for a step that a model made up.</summary>
    public int Line { get; init; }

    /// <summary>What is done.</summary>
    public required CallerDoes Does { get; init; }

    /// <summary>The words or the keys.</summary>
    public string Text { get; init; } = "";

    /// <summary>Milliseconds into the agent's speech; null to wait for its end.</summary>
    public int? InterruptAfterMs { get; init; }

    /// <summary>Hangs up with the last word.</summary>
    public bool ThenHangsUp { get; init; }

    /// <summary>The call may end before this step without fault.</summary>
    public bool Optional { get; init; }

    /// <summary>Minutes that pass before this step on the server's clocks, as if the conversation had been longer.</summary>
    public int AfterMinutes { get; init; }

    /// <summary>What others book before this step.</summary>
    public IReadOnlyList<ScenarioBooking> Meanwhile { get; init; } = [];

    /// <summary>What the scripted model does when the agent is asked about this step; null when the scenario does not say.</summary>
    public IReadOnlyList<ModelAction>? Model { get; init; }
}

/// <summary>Something a scripted model does: exactly one of words, a tool, a failure.</summary>
/// <param name="Line">Line in the file.</param>
/// <param name="Say">Words.</param>
/// <param name="Call">A tool.</param>
/// <param name="Arguments">Of the tool.</param>
/// <param name="Fails">The provider fails.</param>
internal sealed record ModelAction(int Line, string? Say = null, string? Call = null, JsonObject? Arguments = null, bool Fails = false);

/// <summary>What a scenario should come to; what is null or empty is not checked.</summary>
internal sealed record ScenarioExpectations
{
    /// <summary>What <c>parley call</c> checks too.</summary>
    public required CallExpectations Call { get; init; }

    /// <summary>Whether there is a lead.</summary>
    public bool? Lead { get; init; }

    /// <summary>Phrases in the lead's note: the message, or the open questions.</summary>
    public IReadOnlyList<string> Note { get; init; } = [];

    /// <summary>The lead's number, E.164.</summary>
    public string? Phone { get; init; }

    /// <summary>From when on the caller wants to be called back, in the tenant's zone.</summary>
    public RequestedTime? CallBack { get; init; }

    /// <summary>Reasons for which staff must be told of the call; an empty list: none.</summary>
    public IReadOnlyList<string>? Escalations { get; init; }

    /// <summary>Tools that must be called.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>Tools that must not be called.</summary>
    public IReadOnlyList<string> ToolsNever { get; init; } = [];

    /// <summary>Most turns of the agent, the greeting included.</summary>
    public int? MostTurns { get; init; }

    /// <summary>Bookings that should be among those there are after the call.</summary>
    public IReadOnlyList<ExpectedBooking> Bookings { get; init; } = [];

    /// <summary>The bookings that should be there after the call, and no others.</summary>
    public IReadOnlyList<ExpectedBooking>? BookingsExactly { get; init; }

    /// <summary>What is found of the call when it is analysed.</summary>
    public AnalysisExpectations Analysis { get; init; } = new();

    /// <summary>Whether the call's analysis must be waited for.</summary>
    public bool NeedsAnalysis => Analysis != new AnalysisExpectations() || Escalations?.Contains("negative") == true;
}

/// <summary>What the analysis of a call should come to; what is null is not checked.</summary>
internal sealed record AnalysisExpectations
{
    /// <summary><c>positive</c>, <c>neutral</c>, <c>negative</c> or <c>needs_attention</c>.</summary>
    public string? Sentiment { get; init; }

    /// <summary><c>booked</c>, <c>message_taken</c>, <c>transferred</c>, <c>answered</c>, <c>open</c>, <c>abandoned</c> or <c>failed</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>Whether the caller got what the call was for.</summary>
    public bool? Success { get; init; }

    /// <summary>Phrases in the summary, one in a line.</summary>
    public string? Summary { get; init; }
}
