namespace Parley.Conversation.Net;

/// <summary>An address must not be asked; trying again does not help.</summary>
/// <param name="message">Why.</param>
public sealed class AddressRefusedException(string message) : Exception(message);
