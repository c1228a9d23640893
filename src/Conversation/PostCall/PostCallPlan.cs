using Parley.Conversation.Agents;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.PostCall;

/// <summary>What a finished call leaves behind: at most one lead and one message of each type.</summary>
/// <param name="Lead">Null when the caller wanted nothing that needs a person.</param>
/// <param name="Messages">Texts to the caller.</param>
public sealed record PostCallPlan(LeadDraft? Lead, IReadOnlyList<MessageDraft> Messages);

/// <summary>A lead to store.</summary>
public sealed record LeadDraft
{
    /// <summary>The wish.</summary>
    public required CallIntent Intent { get; init; }

    /// <summary><c>confirmed</c> when the caller agreed to the read-back, <c>cancelled</c> when all that came of it was called off, else <c>open</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The caller's name.</summary>
    public string? Name { get; init; }

    /// <summary>E.164.</summary>
    public string? Phone { get; init; }

    /// <summary>Guests.</summary>
    public int? PartySize { get; init; }

    /// <summary>Service.</summary>
    public string? Service { get; init; }

    /// <summary>Wished time in the tenant's zone.</summary>
    public DateTime? RequestedFor { get; init; }

    /// <summary>From when on the caller wants to be called back, in the tenant's zone.</summary>
    public DateTime? CallBackFor { get; init; }

    /// <summary>The message left, or the questions left open.</summary>
    public string? Note { get; init; }

    /// <summary>One or two sentences for the owner.</summary>
    public required string Summary { get; init; }
}

/// <summary>A text to store and send.</summary>
/// <param name="Type"><c>recap</c> or <c>reservation_link</c>; unique by lead.</param>
/// <param name="From">E.164.</param>
/// <param name="To">E.164.</param>
/// <param name="Body">The text.</param>
public sealed record MessageDraft(string Type, string From, string To, string Body);

/// <summary>What the planner looks at.</summary>
public sealed record FinishedCall(
    Tenant Tenant, string? CallerNumber, string CalledNumber, DateTimeOffset StartedAt, CallFacts Facts, IReadOnlyList<HistoryEntry> History);
