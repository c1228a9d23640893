using System.Net.WebSockets;
using System.Text;
using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.MediaGateway.Tests.Fakes;

namespace Parley.MediaGateway.Tests.Sessions;

/// <summary>What a call makes of what it is sent, good and bad.</summary>
[Collection(MediaStreams.Name)]
public sealed class MessageTests
{
    private const int BadMessage = 2006;
    private const int MessageTooLarge = 2007;
    private const int OutOfOrder = 2008;

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("nonsense")]
    [InlineData("[1,2,3]")]
    [InlineData("""{"event":"media"}""")]
    [InlineData("""{"event":"media","media":{"track":"inbound","timestamp":"0","payload":"%%%"}}""")]
    [InlineData("""{"event":"media","media":{"track":"inbound","timestamp":"-5","payload":"//8="}}""")]
    [InlineData("""{"event":7}""")]
    [InlineData("""{"event":"dtmf","dtmf":{"digit":"Z"}}""")]
    [InlineData("""{"event":"mark","mark":{}}""")]
    [InlineData("""{"event":"stop"} trailing""")]
    public async Task A_malformed_message_is_ignored_and_the_call_goes_on(string message)
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        await caller.SendAsync(message);
        await StillAnswersAsync(caller);
        host.Log.Count(BadMessage).ShouldBe(1);
        await caller.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task A_flood_of_malformed_messages_is_reported_a_few_times()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        for (var i = 0; i < 500; i++)
            await caller.SendAsync("{");
        await StillAnswersAsync(caller);
        host.Log.Count(BadMessage).ShouldBe(5);
        await caller.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Theory]
    [InlineData("""{"event":"future","future":{"a":[1,{"b":null}]},"sequenceNumber":"4"}""")]
    [InlineData("""{"event":"connected","protocol":"Call","version":"9.9"}""")]
    [InlineData("""{"event":"mark","mark":{"name":"never sent"}}""")]
    [InlineData("""{"event":"mark","mark":{"name":"1.0.999999999999"}}""")]
    [InlineData("""{"event":"mark","mark":{"name":"-1.-1.-1"}}""")]
    [InlineData("""{"event":"media","media":{"track":"inbound","timestamp":"40","payload":""}}""")]
    public async Task What_is_unknown_or_empty_is_passed_over_in_silence(string message)
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        await caller.SendAsync(message);
        await StillAnswersAsync(caller);
        host.Log.Count(BadMessage).ShouldBe(0);
        await caller.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(80)]
    [InlineData(160)]
    [InlineData(320)]
    [InlineData(8000)]
    [InlineData(20_000)]
    public async Task Frames_of_any_size_are_heard(int bytes)
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        host.Recogniser.Spoken("a table for two");
        for (var sent = 0; sent < 4000; sent += bytes)
            await caller.MediaAsync(FakeTwilio.Loud(bytes));
        await AnsweredAsync(caller);
        Said(host).ShouldContain("a table for two");
        await caller.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(5_000)]
    [InlineData(long.MaxValue / 2)]
    [InlineData(-60)]
    public async Task A_jump_in_the_timestamps_does_not_stop_the_call(long jump)
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        host.Recogniser.Spoken("a table for two");
        await caller.SpeechAsync(10);
        caller.TimestampMs += jump;
        await caller.SpeechAsync(10);
        await AnsweredAsync(caller);
        Said(host).ShouldContain("a table for two");
        await caller.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(500)]
    public async Task A_burst_of_frames_is_heard(int frames)
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        host.Recogniser.Spoken("a table for two");
        await caller.SpeechAsync(frames);
        await AnsweredAsync(caller);
        Said(host).ShouldContain("a table for two");
        await caller.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task Repeated_and_swapped_sequence_numbers_are_reported_once_and_heard()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        host.Recogniser.Spoken("a table for two");
        foreach (var number in new[] { 40, 40, 42, 41, 44, 43, 1, 50, 50, 50 })
            await caller.MediaAsync(FakeTwilio.Loud(160), sequenceNumber: number);
        await AnsweredAsync(caller);
        Said(host).ShouldContain("a table for two");
        host.Log.Count(OutOfOrder).ShouldBe(1);
        await caller.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task The_messages_of_another_stream_are_ignored_even_its_stop()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        await caller.MediaAsync(FakeTwilio.Loud(1600), streamSid: "MZother");
        await caller.StopAsync(streamSid: "MZother");
        await StillAnswersAsync(caller);
        host.Recogniser.Requests.ShouldBe(0);
        host.Log.Count(BadMessage).ShouldBe(2);
        await caller.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task The_agents_own_track_is_not_listened_to()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        for (var i = 0; i < 20; i++)
            await caller.MediaAsync(FakeTwilio.Loud(160), track: "outbound");
        await caller.SilenceAsync(30);
        await StillAnswersAsync(caller);
        host.Recogniser.Requests.ShouldBe(0);
        await caller.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task Keys_reach_the_agent()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        foreach (var key in new[] { "4", "2", "*", "#" })
            await caller.DtmfAsync(key);
        await AnsweredAsync(caller);
        lock (host.Agent.Requests)
            host.Agent.Requests.Select(r => r.Trigger).OfType<AgentTrigger.CallerPressed>().Single().Digits.ShouldBe("42*");
        await caller.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task A_binary_message_is_ignored()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        await caller.SendAsync([1, 2, 3], WebSocketMessageType.Binary, end: true);
        await caller.SendAsync([], WebSocketMessageType.Binary, end: true);
        await StillAnswersAsync(caller);
        host.Log.Count(BadMessage).ShouldBe(2);
        await caller.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task A_message_in_many_fragments_is_one_message()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        var before = caller.Marks;
        foreach (var digit in new[] { "1", "#" })
        {
            var message = Encoding.UTF8.GetBytes($$$"""{"event":"dtmf","streamSid":"MZ1","dtmf":{"digit":"{{{digit}}}"}}""");
            for (var i = 0; i < message.Length; i++)
                await caller.SendAsync([message[i]], WebSocketMessageType.Text, end: i == message.Length - 1);
        }

        await Eventually.Holds(() => caller.Marks > before, "the keys are answered");
        await caller.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_over_the_limit_ends_the_call(bool fragmented)
    {
        await using var host = await MediaHost.StartAsync(null, null, ("Gateway:MaxMessageBytes", "3000"));
        await using var caller = await host.CallAsync();
        if (fragmented)
        {
            for (var i = 0; i < 4; i++)
                await caller.SendAsync(new byte[1000], WebSocketMessageType.Text, end: i == 3);
        }
        else
        {
            await caller.SendAsync(new byte[3001], WebSocketMessageType.Text, end: true);
        }

        (await caller.Closed).ShouldBe(WebSocketCloseStatus.NormalClosure);
        host.Log.Count(MessageTooLarge).ShouldBe(1);
        await host.VerifyAsync(CallEndReason.ProtocolError);
    }

    [Theory]
    [InlineData(3000)]
    [InlineData(2048)]
    [InlineData(2049)]
    public async Task A_message_of_up_to_the_limit_is_taken(int bytes)
    {
        await using var host = await MediaHost.StartAsync(null, null, ("Gateway:MaxMessageBytes", "3000"));
        await using var caller = await host.CallAsync();
        var before = caller.Marks;
        await caller.DtmfAsync("1");
        await caller.SendAsync("""{"event":"dtmf","dtmf":{"digit":"#"}}""".PadRight(bytes));
        await Eventually.Holds(() => caller.Marks > before, "the keys are answered");
        await caller.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task A_second_start_ends_the_call()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        var other = host.Announce();
        await caller.SendAsync(caller.StartMessage(other.CallSid, other.Token));
        (await caller.Closed).ShouldBe(WebSocketCloseStatus.NormalClosure);
        await host.VerifyAsync(CallEndReason.ProtocolError);
    }

    private static List<string> Said(MediaHost host)
    {
        lock (host.Agent.Requests)
            return [.. host.Agent.Requests.Select(r => r.Trigger).OfType<AgentTrigger.CallerSaid>().Select(t => t.Text)];
    }

    /// <summary>The caller is silent until the agent has answered.</summary>
    private static Task AnsweredAsync(FakeTwilio caller)
    {
        var before = caller.Marks;
        return Eventually.Holds(() => caller.Marks > before, "the caller is answered", () => caller.SilenceAsync(2));
    }

    private static async Task StillAnswersAsync(FakeTwilio caller)
    {
        var before = caller.Marks;
        await caller.DtmfAsync("1");
        await caller.DtmfAsync("#");
        await Eventually.Holds(() => caller.Marks > before, "the call goes on");
    }
}
