using System.Text;
using Parley.Conversation.Providers;
using Parley.Conversation.Sts;
using Parley.Conversation.Sts.OpenAi;

namespace Parley.Providers.Tests.OpenAi.Realtime;

public class RealtimeReaderTests
{
    [Fact]
    public void A_piece_of_audio_is_read_and_one_is_written_without_an_allocation()
    {
        var reader = new RealtimeReader(new RealtimeOptions(), "gpt-realtime", new CallMeter());
        var audio = Enumerable.Range(0, 1999).Select(i => (byte)i).ToArray();
        ReadOnlyMemory<byte> message = Encoding.UTF8.GetBytes(Delta("response.output_audio.delta", Convert.ToBase64String(audio)));
        var written = new byte[RealtimeMessages.AudioLength(160)];
        Repeat(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(1000);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        using var sound = reader.Read(message).Audio!;
        sound.Bytes.ToArray().ShouldBe(audio);
        Encoding.UTF8.GetString(written, 0, RealtimeMessages.WriteAudio(audio.AsSpan(0, 160), written)).ShouldBe(
            $$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(audio, 0, 160)}}"}""");

        void Repeat(int times)
        {
            for (var i = 0; i < times; i++)
            {
                reader.Read(message).Audio!.Dispose();
                RealtimeMessages.WriteAudio(audio.AsSpan(0, 160), written);
            }
        }
    }

    [Theory]
    [InlineData("/", "\\/")]
    [InlineData("/", "\\u002F")]
    [InlineData("+", "\\u002B")]
    public void The_order_of_fields_and_escapes_do_not_matter(string plain, string escaped)
    {
        var reader = new RealtimeReader(new RealtimeOptions(), "gpt-realtime", null);
        var audio = Enumerable.Repeat(new byte[] { 0xff, 0xfb, 0xef, 0xbe }, 30).SelectMany(b => b).ToArray();
        var base64 = Convert.ToBase64String(audio).Replace(plain, escaped, StringComparison.Ordinal);
        base64.ShouldContain(escaped);
        var read = reader.Read(Encoding.UTF8.GetBytes(
            $$"""{"delta":"{{base64}}","x":{"type":"error"},"item_id":"i","response_id":"r","type":"response.output_audio.delta"}"""));
        using var sound = read.Audio!;

        sound.Bytes.ToArray().ShouldBe(audio);
        var item = ((SpeechEvent.AnswerAudio)read.Event!).Item;
        (item.Response, item.Id).ShouldBe(("r", "i"));
    }

    [Fact]
    public void Words_and_sound_of_a_message_belong_to_one_item()
    {
        var reader = new RealtimeReader(new RealtimeOptions(), "gpt-realtime", null);
        var words = (SpeechEvent.AnswerText)Read(reader, Delta("response.output_audio_transcript.delta", "Hi")).Event!;
        var incoming = Read(reader, Delta("response.output_audio.delta", "AAAA"));
        incoming.Audio!.Dispose();

        ((SpeechEvent.AnswerAudio)incoming.Event!).Item.ShouldBeSameAs(words.Item);
    }

    private static Incoming Read(RealtimeReader reader, string message) => reader.Read(Encoding.UTF8.GetBytes(message));

    private static string Delta(string type, string delta) =>
        $$"""{"type":"{{type}}","event_id":"event_1","response_id":"resp_1","item_id":"item_1","output_index":0,"content_index":0,"delta":"{{delta}}"}""";
}
