namespace Parley.Calling;

/// <summary>Something the server did against the carrier's rules.</summary>
/// <param name="Code">Twilio's error code (31950: undecodable frame, 31951: invalid message, ...), or null for a mere note.</param>
/// <param name="Message">What exactly.</param>
public sealed record ProtocolViolation(int? Code, string Message);
