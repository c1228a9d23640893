namespace Parley.Conversation.Audio;

/// <summary>
/// G.711 mu-law, the coding of the North American telephone network and of Twilio's media streams, to and from signed 16-bit
/// samples. Table driven; nothing is allocated.
/// </summary>
/// <remarks>
/// <para>
/// ITU-T G.711 (11/88), tables 2a and 2b, is written in 14 bits. A 16-bit sample is taken as 14 bits, left justified, as the
/// ITU's own software tool does (G.191, <c>ulaw_compress</c>): the two low bits are dropped, and a negative sample is measured by
/// its one's complement, so that -1 lies as far from the origin as 0 does. Hence 0 to 3 give 0xFF (plus zero), -4 to -1 give 0x7F
/// (minus zero), and both signs decide alike: <c>Encode(~x) == Encode(x) ^ 0x80</c> for every sample.
/// </para>
/// <para>
/// Other encoders round the two low bits away, or negate in two's complement. They pick the neighbouring code for some samples
/// that lie beside a decision value (SoX 14.4.2 for 510 of the 65,536); decoding has only one answer.
/// </para>
/// </remarks>
public static class MuLaw
{
    /// <summary>The code of silence: plus zero.</summary>
    public const byte Silence = 0xFF;

    // Added to a magnitude it makes every segment begin at a power of two (G.711, note to table 2).
    private const int Bias = 33;
    private const int Magnitudes = 1 << 13;
    private const int Codes = 128;

    private static readonly short[] Decoded = BuildDecoded();
    private static readonly byte[] Encoded = BuildEncoded();

    /// <summary>The sample that a code stands for, -32,124 to 32,124.</summary>
    public static short Decode(byte muLaw) => Decoded[muLaw];

    /// <summary>The code of a sample. Magnitudes beyond 32,636 share the outermost code.</summary>
    // The shift is arithmetic, so the mask leaves the 14-bit two's complement as the index.
    public static byte Encode(short sample) => Encoded[(sample >> 2) & ((2 * Magnitudes) - 1)];

    /// <summary>Decodes one sample a byte into the front of <paramref name="samples"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="samples"/> is shorter than <paramref name="muLaw"/>.</exception>
    public static void Decode(ReadOnlySpan<byte> muLaw, Span<short> samples)
    {
        if (samples.Length < muLaw.Length)
        {
            throw new ArgumentException("There must be room for one sample a byte.", nameof(samples));
        }

        var table = Decoded;
        for (var i = 0; i < muLaw.Length; i++)
        {
            samples[i] = table[muLaw[i]];
        }
    }

    /// <summary>Encodes one byte a sample into the front of <paramref name="muLaw"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="muLaw"/> is shorter than <paramref name="samples"/>.</exception>
    public static void Encode(ReadOnlySpan<short> samples, Span<byte> muLaw)
    {
        if (muLaw.Length < samples.Length)
        {
            throw new ArgumentException("There must be room for one byte a sample.", nameof(muLaw));
        }

        var table = Encoded;
        for (var i = 0; i < samples.Length; i++)
        {
            muLaw[i] = table[(samples[i] >> 2) & ((2 * Magnitudes) - 1)];
        }
    }

    // Sixteen steps a segment, each segment's steps twice as wide as the one before it; 14-bit units.
    private static int DecisionValue(int interval) => (((2 * (interval & 15)) + Bias - 1) << (interval >> 4)) - Bias;

    private static int OutputValue(int interval) => (((2 * (interval & 15)) + Bias) << (interval >> 4)) - Bias;

    private static short[] BuildDecoded()
    {
        // On the line all bits of interval and sign are inverted.
        var table = new short[2 * Codes];
        for (var interval = 0; interval < Codes; interval++)
        {
            var value = (short)(OutputValue(interval) << 2);
            table[0xFF - interval] = value;
            table[0x7F - interval] = (short)-value;
        }

        return table;
    }

    private static byte[] BuildEncoded()
    {
        var table = new byte[2 * Magnitudes];
        var interval = 0;
        for (var magnitude = 0; magnitude < Magnitudes; magnitude++)
        {
            if (interval + 1 < Codes && magnitude >= DecisionValue(interval + 1))
            {
                interval++;
            }

            table[magnitude] = (byte)(0xFF - interval);
            table[~magnitude & ((2 * Magnitudes) - 1)] = (byte)(0x7F - interval);
        }

        return table;
    }
}
