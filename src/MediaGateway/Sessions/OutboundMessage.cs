namespace Parley.MediaGateway.Sessions;

/// <summary>A message to the carrier in a pooled buffer; whoever takes it from the queue returns the buffer.</summary>
internal readonly record struct OutboundMessage(byte[] Buffer, int Length);
