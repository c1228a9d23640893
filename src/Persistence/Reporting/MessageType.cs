namespace Parley.Persistence.Reporting;

/// <summary>What a text message is for.</summary>
public enum MessageType
{
    /// <summary>What was agreed on in the call.</summary>
    Recap,

    /// <summary>Where the booking can be seen or changed.</summary>
    ReservationLink,

    /// <summary>A link that the caller asked for.</summary>
    Link,
}
