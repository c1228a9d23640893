using Parley.Conversation.Audio;

namespace Parley.Fuzz.Tests.Targets;

/// <summary>WAV files.</summary>
internal sealed class WavFiles : FuzzTarget
{
    public override int Share => 70;

    public override byte[] Make(Random random)
    {
        var samples = new short[random.Next(0, 500) * 2];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (short)random.Next(short.MinValue, short.MaxValue);
        using var file = new MemoryStream();
        WavFile.Write(file, samples, random.Next(2) == 0 ? 8000 : 44_100, random.Next(1, 3));
        return MaybeSpoil(random, file.ToArray());
    }

    public override void Run(byte[] input, Random random)
    {
        try
        {
            var audio = WavFile.Read(new MemoryStream(input));
            Require(audio.Samples.Length <= input.Length && audio.Samples.Length % audio.Channels == 0, "no more audio than there is file");
            _ = audio.Duration;
            _ = audio.Channel(0);
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException)
        {
            // The documented refusals.
        }
    }
}
