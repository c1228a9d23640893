namespace Parley.Conversation.Agents;

/// <summary>What a caller wanted, as far as it is known.</summary>
public enum CallIntent
{
    /// <summary>Not known.</summary>
    None,

    /// <summary>A table or an appointment.</summary>
    Booking,

    /// <summary>A question about the business.</summary>
    Question,

    /// <summary>To speak to a person.</summary>
    Person,

    /// <summary>To leave a message.</summary>
    Message,
}

/// <summary>What a call has brought to light; grows turn by turn, and ends as the lead. Serialisable.</summary>
public sealed record CallFacts
{
    /// <summary>Nothing known.</summary>
    public static readonly CallFacts None = new();

    /// <summary>The caller's main wish.</summary>
    public CallIntent Intent { get; init; }

    /// <summary>The caller's name.</summary>
    public string? Name { get; init; }

    /// <summary>Number to reach the caller, E.164, when it is not the calling one.</summary>
    public string? Phone { get; init; }

    /// <summary>Guests at the table.</summary>
    public int? PartySize { get; init; }

    /// <summary>Name of the wished service.</summary>
    public string? Service { get; init; }

    /// <summary>Nights of a stay.</summary>
    public int? Nights { get; init; }

    /// <summary>Wished time in the tenant's zone, without offset.</summary>
    public DateTime? RequestedFor { get; init; }

    /// <summary>
    /// Ordinal of the caller's turn in which a tool last changed what is wished for: the caller can say yes to it in a later one only. Null where no tool
    /// noted it.
    /// </summary>
    public int? WishedInTurn { get; init; }

    /// <summary>The booking was read back and the caller said yes.</summary>
    public bool Confirmed { get; init; }

    /// <summary>When the booking was that was called off in this call, in the tenant's zone, without offset.</summary>
    public DateTime? CancelledFor { get; init; }

    /// <summary>From when on the caller wants to be called back, in the tenant's zone, without offset; null when it does not matter.</summary>
    public DateTime? CallBackFor { get; init; }

    /// <summary>The message the caller left.</summary>
    public string? Message { get; init; }

    /// <summary>Topics the caller asked about.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>Questions the agent could not answer.</summary>
    public IReadOnlyList<string> Unanswered { get; init; } = [];
}
