using Parley.Calling;

namespace Parley.Loading;

/// <summary>
/// What a quiet line sounds like: steps of one quantisation interval around zero, about -74 dBFS, as networks send it while nobody speaks. The
/// same in every run.
/// </summary>
internal static class ComfortNoise
{
    /// <summary>Frames after which it repeats.</summary>
    public const int Frames = 40;

    private static readonly byte[] Audio = Make();

    /// <summary>A frame; <paramref name="index"/> counts without end.</summary>
    public static ReadOnlySpan<byte> Frame(long index) => Audio.AsSpan((int)(index % Frames) * Utterance.FrameBytes, Utterance.FrameBytes);

    private static byte[] Make()
    {
        // Plus and minus zero, plus and minus one interval.
        ReadOnlySpan<byte> codes = [0xFF, 0x7F, 0xFE, 0x7E];
        var audio = new byte[Frames * Utterance.FrameBytes];
        var state = 0x2545F491u;
        foreach (ref var sample in audio.AsSpan())
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            sample = codes[(int)(state >> 30)];
        }

        return audio;
    }
}
