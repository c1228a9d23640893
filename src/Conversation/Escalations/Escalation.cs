namespace Parley.Conversation.Escalations;

/// <summary>Why a call needs a person.</summary>
public enum EscalationReason
{
    /// <summary>The caller asked for a person.</summary>
    AskedFor,

    /// <summary>The agent was not sure enough of its answer.</summary>
    LowConfidence,

    /// <summary>The caller is angry.</summary>
    Anger,

    /// <summary>The caller was not understood, or had to repeat things, several times.</summary>
    RepeatedMisunderstanding,

    /// <summary>Something that the caller wanted done could not be done.</summary>
    ToolFailure,

    /// <summary>The agent broke down.</summary>
    AgentFailed,

    /// <summary>Found after the call: the caller left unhappy, or somebody should look at it.</summary>
    Negative,
}

/// <summary>A call that needs a person: at most one for each reason of a call.</summary>
public sealed record Escalation
{
    /// <summary>The call.</summary>
    public required Guid CallId { get; init; }

    /// <summary>Whose call it is.</summary>
    public required Guid TenantId { get; init; }

    /// <summary>Why.</summary>
    public required EscalationReason Reason { get; init; }

    /// <summary>What a person should know, in one or two sentences.</summary>
    public required string Summary { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>Tells people about calls that need them.</summary>
public interface IEscalations
{
    /// <summary>Takes an escalation down; returns at once and never throws. Raising one again changes nothing.</summary>
    void Raise(Escalation escalation);
}
