namespace Parley.Persistence.Reporting;

/// <summary>How far a lead came in its call.</summary>
public enum LeadStatus
{
    /// <summary>A person has to look at it.</summary>
    Open,

    /// <summary>The caller agreed to the read-back.</summary>
    Confirmed,
}
