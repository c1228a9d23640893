using System.Buffers.Binary;
using System.Text;
using Parley.Conversation.Audio;

namespace Parley.Conversation.Tests.Audio;

public class WavFileTests
{
    [Theory]
    [InlineData(8000, 1)]
    [InlineData(22050, 2)]
    [InlineData(48000, 3)]
    public void What_is_written_is_read_back(int rate, int channels)
    {
        var samples = Tones.Noise(channels * 50_001);
        var stream = new MemoryStream();
        WavFile.Write(stream, samples, rate, channels);
        stream.Position = 0;

        var audio = WavFile.Read(stream);

        audio.SampleRate.ShouldBe(rate);
        audio.Channels.ShouldBe(channels);
        audio.Samples.ToArray().ShouldBe(samples);
        audio.Duration.ShouldBe(TimeSpan.FromSeconds(50_001.0 / rate), TimeSpan.FromTicks(1));
        audio.Channel(channels - 1).ShouldBe(samples.Where((_, i) => i % channels == channels - 1));
        Should.Throw<ArgumentOutOfRangeException>(() => audio.Channel(channels));
    }

    [Fact]
    public void Mu_law_is_decoded()
    {
        byte[] codes = [0xFF, 0x00, 0x80, 0x35];

        var audio = Read(Riff(Chunk("fmt ", Format(7, 1, 8000, 8)), Chunk("fact", [4, 0, 0, 0]), Chunk("data", codes)));

        audio.SampleRate.ShouldBe(8000);
        audio.Samples.ToArray().ShouldBe(codes.Select(MuLaw.Decode));
    }

    [Fact]
    public void An_extensible_format_is_read_by_its_sub_format()
    {
        byte[] extensible = [.. Format(0xFFFE, 1, 8000, 16), 22, 0, 16, 0, 4, 0, 0, 0, 1, 0, .. new byte[14]];

        Read(Riff(Chunk("fmt ", extensible), Chunk("data", [1, 0, 2, 0]))).Samples.ToArray().ShouldBe([(short)1, (short)2]);
    }

    [Fact]
    public void Other_chunks_odd_sizes_and_a_longer_format_chunk_are_tolerated()
    {
        byte[] longer = [.. Format(1, 1, 16000, 16), 0, 0];
        var file = Riff(
            Chunk("LIST", new byte[1333]), Chunk("fmt ", longer), Chunk("junk", [1, 2, 3]), Chunk("data", [5, 0]), Chunk("id3 ", [9]));

        Read(file).Samples.ToArray().ShouldBe([(short)5]);
    }

    [Fact]
    public void A_file_without_a_sample_is_empty_audio()
    {
        var audio = Read(Riff(Chunk("fmt ", Format(1, 2, 8000, 16)), Chunk("data", [])));

        audio.Samples.Length.ShouldBe(0);
        audio.Duration.ShouldBe(TimeSpan.Zero);
    }

    public static TheoryData<string, byte[]> BadFiles => new()
    {
        { "header", [] },
        { "RIFF", Encoding.ASCII.GetBytes("this is not a sound") },
        { "data chunk", Riff(Chunk("fmt ", Format(1, 1, 8000, 16))) },
        { "before the format", Riff(Chunk("data", [0, 0]), Chunk("fmt ", Format(1, 1, 8000, 16))) },
        { "format chunk of 15", Riff(Chunk("fmt ", Format(1, 1, 8000, 16)[..15])) },
        { "format chunk of 5000", Riff(Chunk("fmt ", new byte[5000])) },
        { "Format tag 3", Riff(Chunk("fmt ", Format(3, 1, 8000, 32)), Chunk("data", [0, 0, 0, 0])) },
        { "Format tag 1 with 24", Riff(Chunk("fmt ", Format(1, 1, 8000, 24)), Chunk("data", [0, 0, 0])) },
        { "no sense", Riff(Chunk("fmt ", Format(1, 0, 8000, 16)), Chunk("data", [])) },
        { "no sense", Riff(Chunk("fmt ", Format(1, 900, 8000, 16)), Chunk("data", [])) },
        { "no sense", Riff(Chunk("fmt ", Format(1, 1, 0, 16)), Chunk("data", [])) },
        { "no sense", Riff(Chunk("fmt ", Format(1, 1, 2_000_000_000, 16)), Chunk("data", [])) },
        { "whole number", Riff(Chunk("fmt ", Format(1, 2, 8000, 16)), Chunk("data", [0, 0, 0])) },
        { "whole number", Riff(Chunk("fmt ", Format(1, 2, 8000, 16)), Chunk("data", [0, 0, 0, 0, 0, 0])) },
        { "cut off", Riff(Chunk("fmt ", Format(1, 1, 8000, 16)), Chunk("data", new byte[100])[..90]) },
        { "most that are read", Riff(Chunk("fmt ", Format(1, 1, 8000, 16)), [.. "data"u8, 0xFF, 0xFF, 0xFF, 0xFF]) },
        { "cut off", Riff([.. "LIST"u8, 0xF0, 0xFF, 0xFF, 0xFF, 1, 2, 3]) },
    };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void A_bad_file_is_refused_with_its_reason(string reason, byte[] file)
    {
        Should.Throw<InvalidDataException>(() => WavFile.Read(new MemoryStream(file))).Message.ShouldContain(reason);
        Should.Throw<InvalidDataException>(() => WavFile.Read(new Unseekable(file))).Message.ShouldContain(reason);
    }

    [Fact]
    public void Every_truncation_of_a_good_file_is_refused()
    {
        var file = Riff(Chunk("fmt ", Format(1, 1, 8000, 16)), Chunk("data", [1, 2, 3, 4]));

        for (var length = 0; length < file.Length; length++)
        {
            Should.Throw<InvalidDataException>(() => WavFile.Read(new MemoryStream(file[..length])));
        }
    }

    [Fact]
    public void A_size_that_is_only_claimed_costs_no_memory()
    {
        var claim = Riff(Chunk("fmt ", Format(1, 1, 8000, 16)), [.. "data"u8, 0, 0, 0, 0x10, 1, 2]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Should.Throw<InvalidDataException>(() => WavFile.Read(new Unseekable(claim)));

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4 * 1024 * 1024);
    }

    [Fact]
    public void Writing_refuses_what_could_not_be_read()
    {
        Should.Throw<ArgumentException>(() => WavFile.Write(new MemoryStream(), new short[3], 8000, 2)).ParamName.ShouldBe("samples");
        Should.Throw<ArgumentOutOfRangeException>(() => WavFile.Write(new MemoryStream(), new short[2], 0));
        Should.Throw<ArgumentOutOfRangeException>(() => WavFile.Write(new MemoryStream(), new short[2], 8000, 0));
    }

    [Fact]
    public void A_recording_has_the_caller_left_and_parley_right()
    {
        var stream = new MemoryStream();
        using (var writer = new WavWriter(stream))
        {
            writer.Write([1, 2], [-1, -2]);
            writer.Write([], []);
            writer.Write([3], [-3]);
            writer.Duration.ShouldBe(TimeSpan.FromMilliseconds(0.375));
        }

        var audio = Read(stream.ToArray());
        audio.SampleRate.ShouldBe(8000);
        audio.Channel(0).ShouldBe([(short)1, (short)2, (short)3]);
        audio.Channel(1).ShouldBe([(short)-1, (short)-2, (short)-3]);
    }

    [Fact]
    public void A_recording_that_nobody_spoke_in_is_a_valid_file()
    {
        var stream = new MemoryStream();
        new WavWriter(stream).Dispose();

        Read(stream.ToArray()).Duration.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void A_recording_refuses_sides_of_different_length_a_closed_writer_and_a_stream_that_cannot_be_rewound()
    {
        var writer = new WavWriter(new MemoryStream());
        Should.Throw<ArgumentException>(() => writer.Write([1], []));
        writer.Dispose();
        writer.Dispose();
        Should.Throw<ObjectDisposedException>(() => writer.Write([1], [1]));
        Should.Throw<ArgumentException>(() => new WavWriter(new Unseekable([])));
    }

    [Fact]
    public void Sox_reads_a_recording()
    {
        var stream = new MemoryStream();
        var caller = Tones.Noise(4000);
        var parley = Tones.Tone(440, 8000, 4000);
        using (var writer = new WavWriter(stream))
        {
            writer.Write(caller, parley);
        }

        var samples = Sox.Samples(Sox.Run(stream.ToArray(), "-t wav", "-t raw -e signed -b 16"));

        samples.Where((_, i) => i % 2 == 0).ShouldBe(caller);
        samples.Where((_, i) => i % 2 == 1).ShouldBe(parley);
    }

    [Fact]
    public void What_sox_writes_as_mu_law_is_read()
    {
        var samples = Tones.Tone(440, 8000, 4000);
        var file = Sox.Run(Sox.Bytes(samples), "-t raw -r 8000 -c 1 -e signed -b 16", "-t wav -e u-law");

        var audio = Read(file);

        audio.Samples.Length.ShouldBe(4000);
        Tones.Fit(audio.Samples.Span, 440, 8000).Amplitude.ShouldBe(30000, 300);
    }

    private static WavAudio Read(byte[] file)
    {
        var audio = WavFile.Read(new Unseekable(file));
        WavFile.Read(new MemoryStream(file)).Samples.ToArray().ShouldBe(audio.Samples.ToArray());
        return audio;
    }

    private static byte[] Riff(params byte[][] chunks)
    {
        byte[] body = [.. "WAVE"u8, .. chunks.SelectMany(chunk => chunk)];
        byte[] file = [.. "RIFF"u8, 0, 0, 0, 0, .. body];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), body.Length);
        return file;
    }

    private static byte[] Chunk(string id, byte[] content)
    {
        byte[] chunk = [.. Encoding.ASCII.GetBytes(id), 0, 0, 0, 0, .. content, .. new byte[content.Length % 2]];
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), content.Length);
        return chunk;
    }

    private static byte[] Format(ushort tag, ushort channels, int rate, ushort bits)
    {
        var format = new byte[16];
        BinaryPrimitives.WriteUInt16LittleEndian(format, tag);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(2), channels);
        BinaryPrimitives.WriteInt32LittleEndian(format.AsSpan(4), rate);
        BinaryPrimitives.WriteInt32LittleEndian(format.AsSpan(8), unchecked(rate * channels * bits / 8));
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(12), (ushort)(channels * bits / 8));
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(14), bits);
        return format;
    }

    /// <summary>A stream as a network gives it: no length, no way back, a few bytes at a time.</summary>
    private sealed class Unseekable(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 7)]);
    }
}
