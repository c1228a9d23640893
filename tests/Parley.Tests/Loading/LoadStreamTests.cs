using System.Text;
using System.Text.Json;
using Parley.Calling;
using Parley.Loading;
using Parley.Tests.Common.Time;

namespace Parley.Tests.Loading;

/// <summary>A load test's caller against a server that the test plays, on a manual clock.</summary>
public sealed class LoadStreamTests
{
    private readonly ManualClock clock = new();
    private readonly LoadMeter meter;
    private readonly List<JsonElement> sent = [];

    public LoadStreamTests() => meter = new LoadMeter(clock);

    private LoadStats Stats => meter.Current;

    [Fact]
    public void Messages_are_numbered_and_timed_as_the_carrier_does()
    {
        var stream = Stream(Script());
        stream.Begin();
        Ticks(stream, 3);

        sent.Select(Kind).ShouldBe(["connected", "start", "media", "media", "media"]);
        sent.Skip(1).Select(m => m.GetProperty("sequenceNumber").GetString()).ShouldBe(["1", "2", "3", "4"]);
        var last = sent[^1].GetProperty("media");
        last.GetProperty("chunk").GetString().ShouldBe("3");
        last.GetProperty("timestamp").GetString().ShouldBe("40");
        Convert.FromBase64String(last.GetProperty("payload").GetString()!).Length.ShouldBe(160);
        sent[^1].GetProperty("streamSid").GetString().ShouldBe("MZ1");
    }

    [Fact]
    public void A_mark_is_echoed_when_the_audio_before_it_was_played()
    {
        var stream = Stream(Script());
        stream.Receive(Media(320));
        stream.Receive("""{"event":"mark","streamSid":"MZ1","mark":{"name":"r1:0"}}"""u8);
        Ticks(stream, 1);
        sent.Select(Kind).ShouldBe(["media"]);

        Ticks(stream, 1);
        sent.Select(Kind).ShouldBe(["media", "mark", "media"]);
        sent[1].GetProperty("mark").GetProperty("name").GetString().ShouldBe("r1:0");
    }

    [Fact]
    public void Clear_gives_outstanding_marks_back_at_once()
    {
        var stream = Stream(Script());
        stream.Receive(Media(8000));
        stream.Receive("""{"event":"mark","streamSid":"MZ1","mark":{"name":"a"}}"""u8);
        stream.Receive("""{"event":"clear","streamSid":"MZ1"}"""u8);

        sent.Select(Kind).ShouldBe(["mark"]);
    }

    [Fact]
    public void A_reply_is_measured_from_the_last_sound_and_from_the_end_of_the_turn()
    {
        var stream = Stream(Script(Step(null)), new LoadTiming(500, null));
        SpeakToEnd(stream);

        // 500 ms of silence end the turn; 30 ms later the reply comes.
        Ticks(stream, 25);
        clock.Advance(TimeSpan.FromMilliseconds(10));
        stream.Receive(Media(160));

        Stats.Turns.ShouldBe(1);
        Stats.Reply.MaxMs.ShouldBe(530, 0.001);
        Stats.Added.MaxMs.ShouldBe(30, 0.001);
        Stats.Early.ShouldBe(0);
    }

    [Fact]
    public void A_reply_before_the_end_of_the_turn_is_early()
    {
        var stream = Stream(Script(Step(null)), new LoadTiming(500, null));
        SpeakToEnd(stream);
        Ticks(stream, 5);
        stream.Receive(Media(160));

        Stats.Early.ShouldBe(1);
        Stats.Added.Count.ShouldBe(0);
    }

    [Fact]
    public void Silence_in_the_middle_of_a_reply_is_a_gap()
    {
        var stream = Stream(Script());
        stream.Receive(Media(160));
        Ticks(stream, 5);
        stream.Receive(Media(160));

        (Stats.LateFrames, Stats.Gaps).ShouldBe((1, 1));
    }

    [Fact]
    public void Steady_audio_has_no_gaps()
    {
        var stream = Stream(Script());
        stream.Receive(Media(320));
        for (var i = 0; i < 20; i++)
        {
            Ticks(stream, 1);
            stream.Receive(Media(160));
        }

        (Stats.LateFrames, Stats.Gaps).ShouldBe((0, 0));
        Stats.FramesReceived.ShouldBe(22);
    }

    [Fact]
    public void An_interruption_is_measured_and_audio_after_the_clear_is_stale()
    {
        var stream = Stream(Script(Step(1000)));
        stream.Receive(Media(60 * 160)); // the agent speaks for 1.2 s
        Until(stream, () => Stats.Interruptions == 1);
        Ticks(stream, 8);
        stream.Receive("""{"event":"clear","streamSid":"MZ1"}"""u8);
        stream.Receive(Media(480));

        Stats.Reaction.Count.ShouldBe(1);
        Stats.Reaction.MaxMs.ShouldBe(180, 0.001);
        Stats.StaleFrames.ShouldBe(3);
        Stats.IgnoredInterruptions.ShouldBe(0);
    }

    [Fact]
    public void An_utterance_without_a_reply_is_unanswered()
    {
        var stream = Stream(Script(Step(null)));
        SpeakToEnd(stream);
        Ticks(stream, LoadCaller.UnansweredMs / 20 + 1);

        Stats.Unanswered.ShouldBe(1);
        Stats.Turns.ShouldBe(0);
    }

    [Fact]
    public void An_echo_is_measured_against_the_frame_that_it_repeats()
    {
        var stream = Stream(new LoadScript { Steps = [], From = "", To = "", ExpectsEcho = true });
        Ticks(stream, 2);
        stream.Receive(Media(160));
        stream.Receive(Media(160));

        Stats.Echo.Count.ShouldBe(2);
        Stats.Echo.MaxMs.ShouldBe(40, 0.001);
        Stats.Echo.QuantileMs(0.5)!.Value.ShouldBe(20, 0.2);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("{}")]
    [InlineData("""{"event":"media"}""")]
    [InlineData("""{"event":"media","media":{"payload":"abc"}}""")]
    [InlineData("""{"event":"mark","mark":{}}""")]
    [InlineData("""{"event":"start","start":{}}""")]
    [InlineData("[1,2]")]
    public void What_no_server_may_send_is_counted(string text)
    {
        Stream(Script()).Receive(Encoding.UTF8.GetBytes(text));

        Stats.Invalid.ShouldBe(1);
    }

    private static string Kind(JsonElement message) => message.GetProperty("event").GetString()!;

    private static byte[] Media(int bytes) => Encoding.ASCII.GetBytes(
        $$$"""{"event":"media","streamSid":"MZ1","media":{"payload":"{{{Convert.ToBase64String(new byte[bytes])}}}"}}""");

    // Ten frames, all of them sound.
    private static LoadStep Step(int? interruptAfterMs) => new()
    {
        Frames = [.. Enumerable.Repeat(Encoding.ASCII.GetBytes(Convert.ToBase64String(new byte[160])), 10)],
        FirstSoundFrame = 0,
        LastSoundFrame = 9,
        InterruptAfterMs = interruptAfterMs,
    };

    private static LoadScript Script(params LoadStep[] steps) => new() { Steps = steps, From = "", To = "" };

    private LoadStream Stream(LoadScript script, LoadTiming? timing = null) => new(
        new MediaStreamStart("AC1", "CA1", "MZ1", new Dictionary<string, string>()), script,
        new LoadCaller(script, meter, timing ?? new LoadTiming(null, null), seed: 3), meter, Unseal);

    private void Unseal(ReadOnlySpan<byte> frame)
    {
        var header = (frame[1] & 0x7F) == 126 ? 4 : 2;
        var payload = frame[(header + 4)..].ToArray();
        ClientFrame.Mask(payload, System.Runtime.InteropServices.MemoryMarshal.Read<uint>(frame[header..]));
        sent.Add(JsonDocument.Parse(payload).RootElement.Clone());
    }

    // A tick, and the 20 ms after it.
    private void Ticks(LoadStream stream, int count)
    {
        for (var i = 0; i < count; i++)
        {
            stream.Tick(clock.GetTimestamp());
            clock.Advance(TimeSpan.FromMilliseconds(20));
        }
    }

    private void Until(LoadStream stream, Func<bool> reached)
    {
        for (var i = 0; !reached(); i++)
        {
            i.ShouldBeLessThan(2000);
            Ticks(stream, 1);
        }
    }

    // Ends 20 ms after the tick that sends the last sound.
    private void SpeakToEnd(LoadStream stream)
    {
        var said = Convert.ToBase64String(new byte[160]);
        Until(stream, () => sent.Count(m => Kind(m) == "media" && m.GetProperty("media").GetProperty("payload").GetString() == said) == 10);
    }
}
