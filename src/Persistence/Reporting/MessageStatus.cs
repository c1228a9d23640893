namespace Parley.Persistence.Reporting;

/// <summary>How far a text message is.</summary>
public enum MessageStatus
{
    /// <summary>Waits to be sent.</summary>
    Queued,

    /// <summary>Taken by the carrier.</summary>
    Sent,

    /// <summary>Arrived.</summary>
    Delivered,

    /// <summary>The carrier could not deliver it.</summary>
    Undelivered,

    /// <summary>Given up.</summary>
    Failed,
}
