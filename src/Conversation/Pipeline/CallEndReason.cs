namespace Parley.Conversation.Pipeline;

/// <summary>Why a call ended; each call has exactly one, the first that applied.</summary>
public enum CallEndReason
{
    /// <summary>The caller hung up.</summary>
    CallerHungUp,

    /// <summary>The agent said goodbye and hung up.</summary>
    AgentEnded,

    /// <summary>The caller was connected to a person.</summary>
    Transferred,

    /// <summary>The caller stayed silent after being asked again.</summary>
    CallerSilent,

    /// <summary>The call reached its maximum length.</summary>
    MaxDuration,

    /// <summary>The media connection broke without a stop message, or stayed silent.</summary>
    TransportLost,

    /// <summary>The other side broke the media protocol.</summary>
    ProtocolError,

    /// <summary>The media connection had no valid call token.</summary>
    Unauthorized,

    /// <summary>The agent failed and had no way to go on.</summary>
    AgentFailed,

    /// <summary>The server stopped.</summary>
    ServerStopping,

    /// <summary>Closed by the carrier's status callback without a media stream.</summary>
    NeverConnected,
}
