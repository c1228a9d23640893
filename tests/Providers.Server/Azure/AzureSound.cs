namespace Parley.Providers.Server.Azure;

/// <summary>What a text sounds like here: 100 ms of silence, then 20 ms of a steady code for each character.</summary>
public static class AzureSound
{
    /// <summary>Mu-law bytes of silence before the first sound.</summary>
    public const int LeadInBytes = 800;

    private const int BytesPerCharacter = 160;

    /// <summary>The text as mu-law, 8 kHz.</summary>
    public static byte[] Of(string text)
    {
        var audio = new byte[LeadInBytes + text.Length * BytesPerCharacter];
        Array.Fill(audio, (byte)0xFF, 0, LeadInBytes);
        for (var i = 0; i < text.Length; i++)
        {
            // Codes 0x80 to 0xBF are loud.
            Array.Fill(audio, (byte)(0x80 + text[i] % 0x40), LeadInBytes + i * BytesPerCharacter, BytesPerCharacter);
        }

        return audio;
    }
}
