namespace Parley.Conversation.Capture;

/// <summary>A file is no capture, or cannot be read as one; the message says why.</summary>
public sealed class CaptureException(string message) : IOException(message);
