namespace Parley.Conversation.Tenants;

/// <summary>How a tenant's callers come to a person.</summary>
public sealed record EscalationSettings
{
    /// <summary>When callers are connected live; otherwise a message is taken.</summary>
    public TransferTimes Transfer { get; init; } = TransferTimes.OpeningHours;

    /// <summary>Tell the person who answers what the call is about, before the caller is there.</summary>
    public bool Whisper { get; init; } = true;

    /// <summary>The person who answers must press 1 to take the call, so that no answering machine does.</summary>
    public bool PressToAccept { get; init; }

    /// <summary>Write callers' numbers out in notifications to staff; otherwise their middle is hidden.</summary>
    public bool FullNumbers { get; init; }
}

/// <summary>When callers are connected to a person.</summary>
public enum TransferTimes
{
    /// <summary>While the business is open; at any time when its hours are not known.</summary>
    OpeningHours,

    /// <summary>At any time.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,
}
