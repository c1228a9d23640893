namespace Parley.MediaGateway.Twilio;

/// <summary>What Twilio says about a stream when it begins. The audio is always <c>audio/x-mulaw</c>, 8000 Hz, mono.</summary>
/// <param name="StreamSid">Id of the stream, <c>MZ...</c>; safe to be written into JSON as it is.</param>
/// <param name="CallSid">Id of the call, <c>CA...</c>.</param>
/// <param name="AccountSid">Id of the account, <c>AC...</c>.</param>
/// <param name="Tracks">Which audio is sent; <c>inbound</c> for bidirectional streams.</param>
/// <param name="CustomParameters">The <c>Parameter</c> elements of the TwiML, by name.</param>
public sealed record StreamStart(
    string StreamSid,
    string CallSid,
    string AccountSid,
    IReadOnlyList<string> Tracks,
    IReadOnlyDictionary<string, string> CustomParameters);
