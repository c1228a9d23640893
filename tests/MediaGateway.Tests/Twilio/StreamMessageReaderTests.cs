using System.Globalization;
using System.Text;
using Parley.Conversation.Frames;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Tests.Twilio;

public sealed class StreamMessageReaderTests
{
    private const string Sid = "MZ0123456789abcdef0123456789abcdef";

    private const string StartJson = """
        {"event":"start","sequenceNumber":"1","start":{"accountSid":"AC0123456789abcdef0123456789abcdef",
         "streamSid":"MZ0123456789abcdef0123456789abcdef","callSid":"CA0123456789abcdef0123456789abcdef",
         "tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},
         "customParameters":{"callToken":"v1.kZ3m...","tenant":"acme-dental"}},
         "streamSid":"MZ0123456789abcdef0123456789abcdef"}
        """;

    private static StreamMessage Read(string json) => StreamMessageReader.Read(Encoding.UTF8.GetBytes(json));

    private static string Error(string json)
    {
        var message = Read(json);
        message.Kind.ShouldBe(StreamMessageKind.Malformed);
        message.Audio.ShouldBeNull();
        return message.Error.ShouldNotBeNull();
    }

    private static string Media(string payload, string track = "inbound") =>
        $$$"""{"event":"media","sequenceNumber":"2","media":{"track":"{{{track}}}","chunk":"1","timestamp":"61","payload":"{{{payload}}}"},"streamSid":"{{{Sid}}}"}""";

    [Fact]
    public void The_first_message_is_recognised() =>
        Read("""{"event":"connected","protocol":"Call","version":"1.0.0"}""").Kind.ShouldBe(StreamMessageKind.Connected);

    [Fact]
    public void Start_says_what_the_stream_is()
    {
        var message = Read(StartJson);
        message.Kind.ShouldBe(StreamMessageKind.Start);
        message.SequenceNumber.ShouldBe(1);
        Encoding.UTF8.GetString(message.StreamSid).ShouldBe(Sid);
        var start = message.Start.ShouldNotBeNull();
        start.StreamSid.ShouldBe(Sid);
        start.CallSid.ShouldBe("CA0123456789abcdef0123456789abcdef");
        start.AccountSid.ShouldBe("AC0123456789abcdef0123456789abcdef");
        start.Tracks.ShouldBe(["inbound"]);
        start.CustomParameters.ShouldBe(new Dictionary<string, string> { ["callToken"] = "v1.kZ3m...", ["tenant"] = "acme-dental" });
    }

    [Fact]
    public void Start_before_its_event_is_read_too() =>
        Read("""{"start":{"customParameters":{},"mediaFormat":{"channels":"1","x":[{}],"sampleRate":"8000","encoding":"audio/x-mulaw"},"callSid":"CA1","streamSid":"MZ1","accountSid":"AC1","new":{"a":[1]}},"event":"start"}""")
            .Start.ShouldNotBeNull().CustomParameters.ShouldBeEmpty();

    [Theory]
    [InlineData("audio/x-mulaw", "audio/x-l16")]
    [InlineData("8000", "16000")]
    [InlineData("\"channels\":1", "\"channels\":2")]
    [InlineData("\"mediaFormat\":{\"encoding\":\"audio/x-mulaw\",\"sampleRate\":8000,\"channels\":1},", "")]
    [InlineData("{\"encoding\":\"audio/x-mulaw\",\"sampleRate\":8000,\"channels\":1}", "[]")]
    public void Another_media_format_is_refused(string old, string changed) =>
        Error(StartJson.Replace(old, changed, StringComparison.Ordinal)).ShouldBe(StreamStartReader.UnsupportedFormat);

    [Theory]
    [InlineData("\"streamSid\":\"MZ0123456789abcdef0123456789abcdef\",\"callSid\"", "\"callSid\"", "start.streamSid is missing.")]
    [InlineData("\"callSid\":\"CA0", "\"callSid\":\"CA \\u0022", "start.callSid is not an id.")]
    [InlineData("\"accountSid\":\"AC0123456789abcdef0123456789abcdef\"", "\"accountSid\":7", "start.accountSid is not an id.")]
    [InlineData("[\"inbound\"]", "\"inbound\"", "start.tracks is not a list.")]
    [InlineData("[\"inbound\"]", "[1]", "start.tracks is not a list of names.")]
    [InlineData("\"acme-dental\"", "5", "start.customParameters has a value that is not a string.")]
    public void A_start_that_lacks_something_is_malformed(string old, string changed, string error)
    {
        var json = StartJson.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal);
        json.ShouldContain(old);
        Error(json.Replace(old, changed, StringComparison.Ordinal)).ShouldBe(error);
    }

    [Fact]
    public void A_start_with_too_many_parameters_is_malformed()
    {
        var parameters = string.Join(',', Enumerable.Range(0, 33).Select(i => string.Create(CultureInfo.InvariantCulture, $"\"p{i}\":\"v\"")));
        Error(StartJson.Replace("\"callToken\":\"v1.kZ3m...\"", parameters, StringComparison.Ordinal))
            .ShouldBe("start.customParameters has too many entries.");
    }

    [Fact]
    public void A_parameter_of_499_characters_arrives_unchanged()
    {
        var value = new string('\u00fc', 490);
        Read(StartJson.Replace("acme-dental", value, StringComparison.Ordinal)).Start!.CustomParameters["tenant"].ShouldBe(value);
    }

    [Fact]
    public void Media_brings_the_callers_audio()
    {
        var message = Read(Media("//////////////////////////8="));
        message.Kind.ShouldBe(StreamMessageKind.Media);
        message.SequenceNumber.ShouldBe(2);
        message.IsInbound.ShouldBeTrue();
        message.Chunk.ShouldBe(1);
        message.TimestampMs.ShouldBe(61);
        using var audio = message.Audio.ShouldNotBeNull();
        audio.Format.ShouldBe(AudioFormat.Telephone);
        audio.TimestampMs.ShouldBe(61);
        audio.Bytes.ToArray().ShouldBe(Enumerable.Repeat((byte)255, 20).ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(80)]
    [InlineData(160)]
    [InlineData(161)]
    [InlineData(320)]
    [InlineData(40_000)]
    public void Audio_of_any_size_is_taken(int bytes)
    {
        var sent = new byte[bytes];
        new Random(bytes).NextBytes(sent);
        using var audio = Read(Media(Convert.ToBase64String(sent))).Audio.ShouldNotBeNull();
        audio.Bytes.ToArray().ShouldBe(sent);
    }

    [Fact]
    public void Escaped_slashes_in_the_audio_are_unescaped()
    {
        using var audio = Read(Media(@"\/\/\/\/\u002f\/8=")).Audio.ShouldNotBeNull();
        audio.Bytes.ToArray().ShouldBe([255, 255, 255, 255, 255]);
    }

    [Fact]
    public void Properties_come_in_any_order_and_numbers_as_numbers()
    {
        var message = Read("""{"x":{"media":[1,2]},"media":{"payload":"f38=","y":null,"timestamp":40,"chunk":2,"track":"inbound"},"sequenceNumber":3,"event":"media"}""");
        message.SequenceNumber.ShouldBe(3);
        message.TimestampMs.ShouldBe(40);
        using var audio = message.Audio.ShouldNotBeNull();
        audio.Bytes.ToArray().ShouldBe([0x7f, 0x7f]);
    }

    [Fact]
    public void Audio_of_the_other_track_is_not_decoded()
    {
        var message = Read(Media("f38=", "outbound"));
        message.Kind.ShouldBe(StreamMessageKind.Media);
        message.IsInbound.ShouldBeFalse();
        message.Audio.ShouldBeNull();
    }

    [Theory]
    [InlineData("f3", "media.payload is not base64.")]
    [InlineData("f38=====", "media.payload is not base64.")]
    [InlineData("\u00e4\u00e4", "media.payload is not base64.")]
    [InlineData("\\ud800", "A string of the message is not valid text.")]
    public void Audio_that_is_not_base64_is_malformed(string payload, string error) => Error(Media(payload)).ShouldBe(error);

    [Theory]
    [InlineData("""{"event":"media"}""", "media.payload is missing.")]
    [InlineData("""{"event":"media","media":{"track":"inbound","timestamp":"1"}}""", "media.payload is missing.")]
    [InlineData("""{"event":"media","media":{"track":"inbound","payload":""}}""", "media.timestamp is missing.")]
    [InlineData("""{"event":"media","media":{"payload":1}}""", "media.payload is not a string.")]
    [InlineData("""{"event":"media","media":{"timestamp":"-1"}}""", "media.timestamp is not a number.")]
    [InlineData("""{"event":"media","media":{"timestamp":"1x"}}""", "media.timestamp is not a number.")]
    [InlineData("""{"event":"media","media":{"timestamp":1.5}}""", "media.timestamp is not a number.")]
    [InlineData("""{"event":"media","media":{"chunk":"99999999999999999999"}}""", "media.chunk is not a number.")]
    [InlineData("""{"event":"media","media":{"track":[]}}""", "media.track is not a string.")]
    [InlineData("""{"event":"media","media":"audio"}""", "media is not an object.")]
    [InlineData("""{"event":"media","sequenceNumber":{}}""", "sequenceNumber is not a number.")]
    [InlineData("""{"event":"media","streamSid":"a b"}""", "streamSid is not an id.")]
    [InlineData("""{"event":"start"}""", "start is missing.")]
    [InlineData("""{"event":"start","start":1}""", "start is not an object.")]
    [InlineData("""{"event":"dtmf"}""", "dtmf has no valid digit.")]
    [InlineData("""{"event":"dtmf","dtmf":{"digit":"12"}}""", "dtmf has no valid digit.")]
    [InlineData("""{"event":"dtmf","dtmf":{"digit":"E"}}""", "dtmf has no valid digit.")]
    [InlineData("""{"event":"dtmf","dtmf":{"digit":5}}""", "dtmf has no valid digit.")]
    [InlineData("""{"event":"mark","mark":{}}""", "mark has no name.")]
    [InlineData("""{"event":"mark","mark":"x"}""", "mark has no name.")]
    [InlineData("""{"event":7}""", "event is not a string.")]
    [InlineData("""{"sequenceNumber":"1"}""", "event is missing.")]
    [InlineData("[]", "The message is not an object.")]
    [InlineData("\"media\"", "The message is not an object.")]
    [InlineData("", "The message is not JSON.")]
    [InlineData("{", "The message is not JSON.")]
    [InlineData("not json", "The message is not JSON.")]
    [InlineData("""{"event":"stop"} {}""", "The message is not JSON.")]
    [InlineData("""{"event":"stop",}""", "The message is not JSON.")]
    public void What_breaks_the_protocol_is_malformed_and_says_why(string json, string error) => Error(json).ShouldBe(error);

    [Fact]
    public void Deep_nesting_is_refused() =>
        Error("{\"event\":\"stop\",\"x\":" + new string('[', 5000) + new string(']', 5000) + "}").ShouldBe("The message is not JSON.");

    [Fact]
    public void A_huge_message_is_refused() => Error(Media(new string('A', 70_000))).ShouldBe("The message is too large.");

    [Fact]
    public void No_input_makes_it_throw()
    {
        var random = new Random(7);
        var seed = Encoding.UTF8.GetBytes(Media("f39/f39/") + StartJson);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = seed[..random.Next(seed.Length)];
            for (var changes = random.Next(4); changes > 0 && bytes.Length > 0; changes--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            StreamMessageReader.Read(bytes).Audio?.Dispose();
        }
    }

    [Fact]
    public void Keys_and_marks_and_the_end_are_recognised()
    {
        var key = Read("""{"event":"dtmf","sequenceNumber":"57","streamSid":"MZ1","dtmf":{"track":"inbound_track","digit":"#"}}""");
        key.Kind.ShouldBe(StreamMessageKind.Dtmf);
        key.Digit.ShouldBe('#');
        key.SequenceNumber.ShouldBe(57);

        var mark = Read("""{"event":"mark","sequenceNumber":"112","streamSid":"MZ1","mark":{"name":"u7-s2"}}""");
        mark.Kind.ShouldBe(StreamMessageKind.Mark);
        mark.MarkName.ShouldBe("u7-s2");

        Read("""{"event":"stop","sequenceNumber":"899","streamSid":"MZ1","stop":{"accountSid":"AC1","callSid":"CA1"}}""")
            .Kind.ShouldBe(StreamMessageKind.Stop);
    }

    [Fact]
    public void An_unknown_event_is_no_error() => Read("""{"event":"weather","weather":{"rain":true}}""").Kind.ShouldBe(StreamMessageKind.Unknown);

    [Fact]
    public void Media_messages_allocate_nothing()
    {
        var message = Encoding.UTF8.GetBytes(Media(Convert.ToBase64String(new byte[160])));
        for (var i = 0; i < 100; i++)
            StreamMessageReader.Read(message).Audio!.Dispose();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            StreamMessageReader.Read(message).Audio!.Dispose();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}
