namespace Parley.Conversation.Frames;

/// <summary>Who placed the call.</summary>
public enum CallDirection
{
    /// <summary>The caller rang the business.</summary>
    Inbound,

    /// <summary>The business rang the other side.</summary>
    Outbound,
}
