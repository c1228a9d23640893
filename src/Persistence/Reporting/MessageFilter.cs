namespace Parley.Persistence.Reporting;

/// <summary>Narrows a list of messages; times are when they were made.</summary>
public sealed record MessageFilter : ListFilter
{
    /// <summary>How far it is.</summary>
    public MessageStatus? Status { get; init; }

    /// <summary>What it is for.</summary>
    public MessageType? Type { get; init; }
}
