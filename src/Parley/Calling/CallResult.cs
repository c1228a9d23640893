using Parley.Conversation.Agents;
using Parley.Conversation.Stores;

namespace Parley.Calling;

/// <summary>The server's own record of a call, as its API tells it.</summary>
public sealed record CallResult
{
    /// <summary>Parley's id.</summary>
    public Guid Id { get; init; }

    /// <summary>Whose call it was.</summary>
    public string? Tenant { get; init; }

    /// <summary>Why it ended; null while it has not.</summary>
    public string? EndReason { get; init; }

    /// <summary>It has ended and what it left is complete.</summary>
    public bool EndIsFinal { get; init; }

    /// <summary>What the caller wanted.</summary>
    public string? Intent { get; init; }

    /// <summary>The conversation, oldest first.</summary>
    public IReadOnlyList<ResultTurn> Turns { get; init; } = [];

    /// <summary>The lead; null when there is none.</summary>
    public ResultLead? Lead { get; init; }

    /// <summary>Text messages.</summary>
    public IReadOnlyList<ResultMessage> Messages { get; init; } = [];

    /// <summary>Why it needed a person.</summary>
    public IReadOnlyList<ResultEscalation> Escalations { get; init; } = [];

    /// <summary>What was found of it afterwards; null while it was not analysed.</summary>
    public ResultAnalysis? Analysis { get; init; }
}

/// <summary>What the analysis of a call came to.</summary>
public sealed record ResultAnalysis
{
    /// <summary>How the caller felt.</summary>
    public string? Sentiment { get; init; }

    /// <summary>What came of it.</summary>
    public string? Outcome { get; init; }

    /// <summary>Whether the caller got what the call was for.</summary>
    public bool Successful { get; init; }

    /// <summary>For the owner.</summary>
    public string? Summary { get; init; }

    /// <summary>Who found that out: <c>rules</c>, or the models' names.</summary>
    public string? MadeBy { get; init; }
}

/// <summary>A reason why a call needed a person.</summary>
public sealed record ResultEscalation
{
    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What a person should know.</summary>
    public string Summary { get; init; } = "";
}

/// <summary>A turn.</summary>
public sealed record ResultTurn
{
    /// <summary>Who spoke.</summary>
    public Speaker Speaker { get; init; }

    /// <summary>What was recognised, or made up by the agent.</summary>
    public string GeneratedText { get; init; } = "";

    /// <summary>What was sent as audio.</summary>
    public string SentText { get; init; } = "";

    /// <summary>What the caller heard.</summary>
    public string HeardText { get; init; } = "";

    /// <summary>The caller cut it short.</summary>
    public bool Interrupted { get; init; }

    /// <summary>When its steps happened.</summary>
    public TurnTimes? Times { get; init; }
}

/// <summary>A lead.</summary>
public sealed record ResultLead
{
    /// <summary>The wish.</summary>
    public string? Intent { get; init; }

    /// <summary><c>confirmed</c> or <c>open</c>.</summary>
    public string? Status { get; init; }

    /// <summary>The caller's name.</summary>
    public string? Name { get; init; }

    /// <summary>E.164.</summary>
    public string? Phone { get; init; }

    /// <summary>Guests.</summary>
    public int? PartySize { get; init; }

    /// <summary>Service.</summary>
    public string? Service { get; init; }

    /// <summary>Wished local time, ISO 8601.</summary>
    public string? RequestedFor { get; init; }

    /// <summary>From when on the caller wants to be called back: local time, ISO 8601.</summary>
    public string? CallBackFor { get; init; }

    /// <summary>The message left.</summary>
    public string? Note { get; init; }

    /// <summary>For the owner.</summary>
    public string? Summary { get; init; }
}

/// <summary>A text message.</summary>
public sealed record ResultMessage
{
    /// <summary><c>recap</c> or <c>reservation_link</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>E.164.</summary>
    public string? To { get; init; }

    /// <summary>The text.</summary>
    public string? Body { get; init; }

    /// <summary>How far it got.</summary>
    public string? Status { get; init; }
}
