using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using Parley.Conversation.Audio;
using Parley.MediaGateway.Twilio;

namespace Parley.Benchmarks.Gateway;

/// <summary>A frame of 20 ms from a message to linear samples and from samples to a message, against the framework's JSON objects.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class MediaMessageBenchmarks
{
    private readonly short[] samples = Repository.Recording("res-1")[4000..4160];
    private readonly short[] heard = new short[160];
    private readonly byte[] codes = new byte[160];
    private readonly byte[] streamSid = Encoding.ASCII.GetBytes(MediaMessages.StreamSid);
    private byte[] message = [];
    private byte[] written = [];

    [GlobalSetup]
    public void Setup()
    {
        MuLaw.Encode(samples, codes);
        message = MediaMessages.Media(100, codes);
        written = new byte[StreamMessageWriter.MediaLength(codes.Length, streamSid.Length)];
        if (Read() != Read_with_a_document() || Write() != Write_with_a_serializer().Length)
            throw new InvalidOperationException("Both ways must give the same.");
    }

    [Benchmark, BenchmarkCategory("Read")]
    public int Read()
    {
        var read = StreamMessageReader.Read(message);
        using var frame = read.Audio!;
        MuLaw.Decode(frame.Bytes, heard);
        return heard[0];
    }

    [Benchmark(Baseline = true), BenchmarkCategory("Read")]
    public int Read_with_a_document()
    {
        using var json = JsonDocument.Parse(message);
        var bytes = json.RootElement.GetProperty("media").GetProperty("payload").GetBytesFromBase64();
        MuLaw.Decode(bytes, heard);
        return heard[0];
    }

    [Benchmark, BenchmarkCategory("Write")]
    public int Write()
    {
        MuLaw.Encode(samples, codes);
        return StreamMessageWriter.WriteMedia(codes, streamSid, written);
    }

    [Benchmark(Baseline = true), BenchmarkCategory("Write")]
    public byte[] Write_with_a_serializer()
    {
        MuLaw.Encode(samples, codes);
        return JsonSerializer.SerializeToUtf8Bytes(
            new { @event = "media", streamSid = MediaMessages.StreamSid, media = new { payload = codes } }, JsonSerializerOptions.Web);
    }
}
