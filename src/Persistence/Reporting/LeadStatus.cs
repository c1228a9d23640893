namespace Parley.Persistence.Reporting;

/// <summary>How far a lead came in its call, and whether that still holds.</summary>
public enum LeadStatus
{
    /// <summary>A person has to look at it.</summary>
    Open,

    /// <summary>The caller agreed to the read-back.</summary>
    Confirmed,

    /// <summary>What it booked was moved to another time, which is another call's lead.</summary>
    Moved,

    /// <summary>What it booked was called off.</summary>
    Cancelled,
}
