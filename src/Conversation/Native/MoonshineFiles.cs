namespace Parley.Conversation.Native;

/// <summary>Verified full paths of the recogniser's model.</summary>
internal sealed record MoonshineFiles(string Encoder, string Decoder, string Tokens);
