using System.Text;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Tests.Twilio;

public sealed class StreamMessageWriterTests
{
    private static readonly byte[] Sid = "MZ0123456789abcdef0123456789abcdef"u8.ToArray();
    private readonly byte[] buffer = new byte[32_768];

    private string Text(int length) => Encoding.UTF8.GetString(buffer, 0, length);

    [Fact]
    public void Media_is_written_as_the_protocol_has_it()
    {
        byte[] audio = [0x7e, 0x7e, 0x7e, 0x7e, 0x7e, 0x7e, 0x7e, 0x7e];
        var written = StreamMessageWriter.WriteMedia(audio, Sid, buffer);
        Text(written).ShouldBe("""{"event":"media","streamSid":"MZ0123456789abcdef0123456789abcdef","media":{"payload":"fn5+fn5+fn4="}}""");
        written.ShouldBe(StreamMessageWriter.MediaLength(audio.Length, Sid.Length));
    }

    [Fact]
    public void Marks_and_clear_are_written_as_the_protocol_has_them()
    {
        var mark = StreamMessageWriter.WriteMark("u7-s2", Sid, buffer);
        Text(mark).ShouldBe("""{"event":"mark","streamSid":"MZ0123456789abcdef0123456789abcdef","mark":{"name":"u7-s2"}}""");
        mark.ShouldBe(StreamMessageWriter.MarkLength(5, Sid.Length));

        var clear = StreamMessageWriter.WriteClear(Sid, buffer);
        Text(clear).ShouldBe("""{"event":"clear","streamSid":"MZ0123456789abcdef0123456789abcdef"}""");
        clear.ShouldBe(StreamMessageWriter.ClearLength(Sid.Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\"b")]
    [InlineData("a\\b")]
    [InlineData("\u00e4")]
    public void A_mark_name_that_would_need_escaping_is_refused(string name) =>
        Should.Throw<ArgumentException>(() => StreamMessageWriter.WriteMark(name, Sid, buffer));

    [Fact]
    public void A_buffer_that_is_one_byte_short_is_refused()
    {
        var audio = new byte[160];
        var length = StreamMessageWriter.MediaLength(audio.Length, Sid.Length);
        StreamMessageWriter.WriteMedia(audio, Sid, buffer.AsSpan(0, length)).ShouldBe(length);
        Should.Throw<ArgumentException>(() => StreamMessageWriter.WriteMedia(audio, Sid, buffer.AsSpan(0, length - 1)));
        Should.Throw<ArgumentException>(() => StreamMessageWriter.WriteMark("m", Sid, buffer.AsSpan(0, StreamMessageWriter.MarkLength(1, Sid.Length) - 1)));
        Should.Throw<ArgumentException>(() => StreamMessageWriter.WriteClear(Sid, buffer.AsSpan(0, StreamMessageWriter.ClearLength(Sid.Length) - 1)));
    }

    [Fact]
    public void Writing_allocates_nothing()
    {
        var audio = new byte[160];
        StreamMessageWriter.WriteMedia(audio, Sid, buffer);
        StreamMessageWriter.WriteMark("u7-s2", Sid, buffer);
        StreamMessageWriter.WriteClear(Sid, buffer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            StreamMessageWriter.WriteMedia(audio, Sid, buffer);
            StreamMessageWriter.WriteMark("u7-s2", Sid, buffer);
            StreamMessageWriter.WriteClear(Sid, buffer);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}
