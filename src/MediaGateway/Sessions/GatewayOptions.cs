namespace Parley.MediaGateway.Sessions;

/// <summary>Limits of media connections; section <c>Gateway</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Gateway";

    /// <summary>Calls at once; further ones hear an apology. Default 500.</summary>
    public int MaxCalls { get; set; } = 500;

    /// <summary>Largest message accepted, in bytes. Twilio's are about 400; a second of audio in one message is about 11,000. Default 65,536.</summary>
    public int MaxMessageBytes { get; set; } = 65_536;

    /// <summary>Seconds from the connection to the start message. Default 10.</summary>
    public int StartTimeoutSeconds { get; set; } = 10;

    /// <summary>Seconds that the closing handshake may take before the socket is dropped. Default 5.</summary>
    public int CloseTimeoutSeconds { get; set; } = 5;

    /// <summary>Seconds that running calls get to finish when the server stops; what is left then is resumed elsewhere. Default 30.</summary>
    public int DrainSeconds { get; set; } = 30;
}
