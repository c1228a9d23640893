using System.Runtime.InteropServices;
using Parley.Conversation.Audio;
using Parley.Conversation.Frames;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Tests.Providers;

/// <summary>What is read back is what was written, wherever memory was moved meanwhile.</summary>
public sealed class AudioBacklogTests
{
    [Theory]
    [InlineData(AudioEncoding.Pcm16, 8000)]
    [InlineData(AudioEncoding.MuLaw, 8000)]
    [InlineData(AudioEncoding.Pcm16, 400_000)]
    public void The_latest_audio_is_kept_sample_by_sample(AudioEncoding encoding, int most)
    {
        using var backlog = new AudioBacklog(encoding, most);
        var random = new Random(5);
        long written = 0;
        while (written < 1_000_000)
        {
            var samples = Enumerable.Range(0, random.Next(1, 4000)).Select(i => Sample(written + i)).ToArray();
            backlog.Append(samples);
            written += samples.Length;
            if (random.Next(40) == 0)
                backlog.Forget(written - random.Next(30_000));
            if (random.Next(200) == 0)
                backlog.Forget(written);

            backlog.End.ShouldBe(written);
            (backlog.End - backlog.Begin).ShouldBeLessThanOrEqualTo(most);
            var from = backlog.Begin + random.NextInt64(backlog.End - backlog.Begin + 1);
            var read = Read(backlog, encoding, from, 500);
            read.Length.ShouldBe((int)Math.Min(500, backlog.End - from));
            read.ShouldBe(Enumerable.Range(0, read.Length).Select(i => Sample(from + i)));
        }
    }

    [Fact]
    public void Audio_that_is_no_longer_kept_begins_with_the_oldest_that_is()
    {
        using var backlog = new AudioBacklog(AudioEncoding.Pcm16, 1000);
        backlog.Append([.. Enumerable.Range(0, 2500).Select(i => Sample(i))]);

        (backlog.Begin, backlog.End).ShouldBe((1500, 2500));
        Read(backlog, AudioEncoding.Pcm16, 0, 10)[0].ShouldBe(Sample(1500));
        backlog.Forget(9000);
        (backlog.Begin, backlog.End).ShouldBe((2500, 2500));
        Read(backlog, AudioEncoding.Pcm16, 2500, 10).ShouldBeEmpty();
    }

    // Values that mu-law keeps as they are.
    private static short Sample(long position) => MuLaw.Decode((byte)(position % 251));

    private static short[] Read(AudioBacklog backlog, AudioEncoding encoding, long from, int count)
    {
        var bytes = new byte[count * (encoding == AudioEncoding.MuLaw ? 1 : 2)];
        var read = backlog.Read(from, bytes);
        return encoding == AudioEncoding.MuLaw
            ? [.. bytes.Take(read).Select(MuLaw.Decode)]
            : MemoryMarshal.Cast<byte, short>(bytes)[..read].ToArray();
    }
}
