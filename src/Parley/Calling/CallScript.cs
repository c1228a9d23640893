namespace Parley.Calling;

/// <summary>A caller's part in a call, and what the call should come to.</summary>
public sealed record CallScript
{
    /// <summary>What the call is about, for the printout.</summary>
    public required string Name { get; init; }

    /// <summary>The caller's number, E.164.</summary>
    public required string From { get; init; }

    /// <summary>The called number, E.164.</summary>
    public required string To { get; init; }

    /// <summary>IANA zone in which <see cref="CallExpectations.RequestedFor"/> is meant.</summary>
    public string Zone { get; init; } = "America/New_York";

    /// <summary>What becomes of a transferred call: <c>completed</c>, <c>no-answer</c>, <c>busy</c> or <c>failed</c>.</summary>
    public string DialStatus { get; init; } = "completed";

    /// <summary>How long the agent may stay silent before the caller gives up, in milliseconds.</summary>
    public int MaxSilenceMs { get; init; } = 15_000;

    /// <summary>The caller's steps, in order.</summary>
    public required IReadOnlyList<CallStep> Steps { get; init; }

    /// <summary>What the call should come to.</summary>
    public CallExpectations Expect { get; init; } = new();
}

/// <summary>When a step is taken.</summary>
public enum StepTrigger
{
    /// <summary>After the agent has spoken and its audio has been played to the end.</summary>
    AgentDone,

    /// <summary>At once after the step before.</summary>
    Now,

    /// <summary>A given time after the agent's current speech began, into its words.</summary>
    Interrupt,
}

/// <summary>One step of the caller: exactly one of speech, keys, a wait, or the end.</summary>
public sealed record CallStep
{
    /// <summary>Line in the script, from 1.</summary>
    public int Line { get; init; }

    /// <summary>Recording to play.</summary>
    public Utterance? Say { get; init; }

    /// <summary>The words of <see cref="Say"/>.</summary>
    public string? Text { get; init; }

    /// <summary>Keys to press: 0-9, *, # and A-D.</summary>
    public string? Press { get; init; }

    /// <summary>Time to wait, in milliseconds.</summary>
    public int? WaitMs { get; init; }

    /// <summary>Hang up.</summary>
    public bool HangUp { get; init; }

    /// <summary>When.</summary>
    public StepTrigger Trigger { get; init; }

    /// <summary>Milliseconds after the agent was found silent, or after its speech began for <see cref="StepTrigger.Interrupt"/>.</summary>
    public int AfterMs { get; init; } = 300;

    /// <summary>The call may end before this step without fault.</summary>
    public bool Optional { get; init; }
}

/// <summary>What a call should come to; a null or empty member is not checked.</summary>
public sealed record CallExpectations
{
    /// <summary>The lead's intent.</summary>
    public string? Intent { get; init; }

    /// <summary>The lead's status: <c>confirmed</c> or <c>open</c>.</summary>
    public string? Status { get; init; }

    /// <summary>The lead's guests.</summary>
    public int? PartySize { get; init; }

    /// <summary>The lead's service.</summary>
    public string? Service { get; init; }

    /// <summary>The lead's name.</summary>
    public string? Name { get; init; }

    /// <summary>The lead's time, as said: <c>tomorrow 19:30</c>, <c>friday 19:00</c>, <c>today 12:00</c>, <c>2026-12-24 18:00</c>.</summary>
    public RequestedTime? RequestedFor { get; init; }

    /// <summary>Types of the messages sent, in any order; an empty list: none.</summary>
    public IReadOnlyList<string>? Messages { get; init; }

    /// <summary>Why the call ended.</summary>
    public string? EndReason { get; init; }

    /// <summary>Phrases, or <c>/regular expressions/</c>, that the caller must hear.</summary>
    public IReadOnlyList<string> AgentSays { get; init; } = [];

    /// <summary>Phrases, or <c>/regular expressions/</c>, that the caller must not hear.</summary>
    public IReadOnlyList<string> AgentNeverSays { get; init; } = [];

    /// <summary>Longest time from the caller's last sound to the agent's first, received, in milliseconds.</summary>
    public int? MaxTurnLatencyMs { get; init; }

    /// <summary>Number the call is transferred to.</summary>
    public string? TransferTo { get; init; }

    /// <summary>Whether the server's record of the call is needed to check this.</summary>
    public bool NeedsResult => (Intent ?? Status ?? Service ?? Name ?? EndReason) is not null || PartySize is not null
        || RequestedFor is not null || Messages is not null || AgentSays.Count > 0 || AgentNeverSays.Count > 0;
}
