using System.Text;
using Parley.MediaGateway.Twilio;

namespace Parley.Fuzz.Tests.Targets;

/// <summary>Messages of media streams.</summary>
internal sealed class MediaMessages : FuzzTarget
{
    private const string Sid = "MZ18ad3ab5a668481ce02b83e7395059f0";

    public override int Share => 650;

    // Reading media takes its buffers from a pool.
    public override (long Fixed, long PerByte) Allowance => (32 * 1024, 16);

    public override byte[] Make(Random random) => MaybeSpoil(random, Encoding.UTF8.GetBytes(Valid(random)));

    public override void Run(byte[] input, Random random)
    {
        var message = StreamMessageReader.Read(input);
        Require(Enum.IsDefined(message.Kind), "the kind is one of the documented");
        Require((message.Error is not null) == (message.Kind == StreamMessageKind.Malformed), "an error goes with malformed messages only");
        Require(message.SequenceNumber >= 0 && message.TimestampMs >= 0 && message.Chunk >= 0, "numbers count from 0");
        Require(message.Kind != StreamMessageKind.Mark || message.MarkName is not null, "a mark has a name");
        Require(message.Kind != StreamMessageKind.Dtmf || "0123456789*#ABCD".Contains(message.Digit), "a key is a key");
        Require(message.Kind != StreamMessageKind.Start || message.Start is not null, "a start has its contents");
        Require(message.Audio is null || message.Kind == StreamMessageKind.Media, "only media brings audio");
        if (message.Audio is { } audio)
        {
            Require(audio.Bytes.Length <= input.Length, "audio is shorter than its base64");
            audio.Dispose();
        }
    }

    private static string Valid(Random random)
    {
        var sequence = random.Next(1, 10_000);
        switch (random.Next(10))
        {
            case 0:
                return """{"event":"connected","protocol":"Call","version":"1.0.0"}""";
            case 1:
                return $$$"""{"event":"start","sequenceNumber":"1","start":{"accountSid":"AC1","streamSid":"{{{Sid}}}","callSid":"CA1","tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},"customParameters":{"token":"v1.abc.def","a":"b"}},"streamSid":"{{{Sid}}}"}""";
            case 2:
                return $$$"""{"event":"dtmf","streamSid":"{{{Sid}}}","sequenceNumber":"{{{sequence}}}","dtmf":{"track":"inbound_track","digit":"{{{"0123456789*#ABCD"[random.Next(16)]}}}"}}""";
            case 3:
                return $$$"""{"event":"mark","sequenceNumber":"{{{sequence}}}","streamSid":"{{{Sid}}}","mark":{"name":"3:17"}}""";
            case 4:
                return $$$"""{"event":"stop","sequenceNumber":"{{{sequence}}}","streamSid":"{{{Sid}}}","stop":{"accountSid":"AC1","callSid":"CA1"}}""";
            default:
                var audio = new byte[random.Next(10) == 0 ? random.Next(0, 4000) : 160];
                random.NextBytes(audio);
                return $$$"""{"event":"media","sequenceNumber":"{{{sequence}}}","media":{"track":"inbound","chunk":"{{{sequence}}}","timestamp":"{{{sequence * 20}}}","payload":"{{{Convert.ToBase64String(audio)}}}"},"streamSid":"{{{Sid}}}"}""";
        }
    }
}
