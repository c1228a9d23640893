using System.Net.WebSockets;
using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.MediaGateway.Tests.Fakes;

namespace Parley.MediaGateway.Tests.Sessions;

/// <summary>The ways a connection can end, in good order and not.</summary>
[Collection(MediaStreams.Name)]
public sealed class EndingTests
{
    private const int NoStart = 2005;
    private const int CarrierTooSlow = 2009;

    [Fact]
    public async Task Media_before_the_start_is_dropped_and_the_call_begins_with_the_start()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.ConnectAsync();
        await caller.SpeechAsync(20);
        await caller.DtmfAsync("1");
        await caller.MarkAsync("1.0.1");
        await caller.StartAsync(host.Announce());
        await Eventually.Holds(() => caller.Marks > 0, "the caller is greeted");
        host.Recogniser.Requests.ShouldBe(0);
        await caller.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task A_stop_before_the_start_closes_the_connection()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.ConnectAsync();
        await caller.StopAsync();
        (await caller.Closed).ShouldBe(WebSocketCloseStatus.NormalClosure);
        host.Log.TextOf(NoStart).ShouldContain("stopped");
        await host.VerifyAsync();
    }

    [Fact]
    public async Task A_connection_without_a_start_is_dropped_after_the_deadline()
    {
        await using var host = await MediaHost.StartAsync(new FastClock(10), null, ("Gateway:StartTimeoutSeconds", "1"));
        await using var caller = await host.ConnectAsync();
        await caller.SendAsync("""{"event":"connected","protocol":"Call","version":"1.0.0"}""");
        (await caller.Closed).ShouldBeNull();
        await Eventually.Holds(() => host.Log.Count(NoStart) == 1, "it is reported");
        host.Log.TextOf(NoStart).ShouldContain("none in time");
        await host.VerifyAsync();
    }

    [Fact]
    public async Task A_close_before_the_start_is_answered()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.ConnectAsync();
        await caller.CloseAsync();
        (await caller.Closed).ShouldBe(WebSocketCloseStatus.NormalClosure);
        await host.VerifyAsync();
    }

    [Fact]
    public async Task A_reset_before_the_start_leaves_nothing()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.ConnectAsync();
        caller.Reset();
        await Eventually.Holds(() => host.Log.Count(NoStart) == 1, "the reset is noticed");
        await host.VerifyAsync();
    }

    [Fact]
    public async Task A_reset_while_the_call_is_looked_up_ends_the_call_as_lost()
    {
        await using var host = await MediaHost.StartAsync();
        var gate = new TaskCompletionSource();
        host.Calls.Gate = gate.Task;
        await using var caller = await host.ConnectAsync();
        await caller.StartAsync(host.Announce());
        await Eventually.Holds(() => host.Calls.Lookups == 1, "the call is looked up");
        caller.Reset();
        gate.SetResult();
        await Eventually.Holds(() => host.Ends.Length == 1, "the call has ended");
        await host.VerifyAsync(CallEndReason.TransportLost);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reset_during_a_call_ends_it_as_lost(bool whileTheAgentSpeaks)
    {
        await using var host = await MediaHost.StartAsync();
        if (whileTheAgentSpeaks)
            host.Agent.Answer = _ => [new AgentEvent.Say(LongSpeech)];
        await using var caller = await host.ConnectAsync();
        await caller.StartAsync(host.Announce());
        await Eventually.Holds(() => caller.MediaBytes > 0, "the caller is greeted");
        await caller.SilenceAsync(5);
        caller.Reset();
        await Eventually.Holds(() => host.Ends.Length == 1, "the call has ended");
        await host.VerifyAsync(CallEndReason.TransportLost);
    }

    [Fact]
    public async Task A_caller_who_hangs_up_while_spoken_to_has_hung_up_also_when_sending_finds_it_first()
    {
        await using var host = await MediaHost.StartAsync();
        var call = host.Announce();
        await host.ServeAsync(new HungUpSocket(
            $$$"""
            {"event":"start","sequenceNumber":"1","streamSid":"MZ1","start":{"accountSid":"AC1","streamSid":"MZ1","callSid":"{{{call.CallSid}}}","tracks":["inbound"],
            "mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},"customParameters":{"callToken":"{{{call.Token}}}"} } }
            """));
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task A_close_while_the_caller_speaks_keeps_the_last_words()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        host.Recogniser.Spoken("call me back");
        await caller.SpeechAsync(20);
        await caller.CloseAsync();
        await Eventually.Holds(() => host.Ends.Length == 1, "the call has ended");
        lock (host.Journal.Turns)
            host.Journal.Turns.Select(t => t.HeardText).ShouldContain("call me back");
        await host.VerifyAsync(CallEndReason.TransportLost);
    }

    [Fact]
    public async Task A_close_without_a_stop_ends_the_call_as_lost_and_is_answered()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        await caller.CloseAsync();
        (await caller.Closed).ShouldBe(WebSocketCloseStatus.NormalClosure);
        await host.VerifyAsync(CallEndReason.TransportLost);
    }

    [Fact]
    public async Task A_stop_then_a_close_is_a_caller_who_hung_up()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        await caller.StopAsync();
        await caller.CloseAsync();
        (await caller.Closed).ShouldBe(WebSocketCloseStatus.NormalClosure);
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task After_a_stop_the_server_closes_even_when_more_is_sent()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync(new() { AnswersClose = false });
        await caller.StopAsync();
        await caller.SilenceAsync(50);
        await caller.CloseAsync();
        (await caller.Closed).ShouldBe(WebSocketCloseStatus.NormalClosure);
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task When_the_agent_hangs_up_everything_said_was_sent_before_the_close()
    {
        await using var host = await MediaHost.StartAsync();
        host.Agent.Answer = _ => [new AgentEvent.Say("Bye."), new AgentEvent.EndCall()];
        await using var caller = await host.ConnectAsync();
        await caller.StartAsync(host.Announce());
        (await caller.Closed).ShouldBe(WebSocketCloseStatus.NormalClosure);
        caller.MediaBytes.ShouldBeGreaterThanOrEqualTo("Bye.".Length * Parley.Tests.Common.Calls.ScriptedVoice.MsPerChar * 8);
        await host.VerifyAsync(CallEndReason.AgentEnded);
    }

    [Fact]
    public async Task A_carrier_that_does_not_answer_the_close_is_dropped()
    {
        await using var host = await MediaHost.StartAsync(new FastClock(10), AdmissionTests.Patient(), ("Gateway:CloseTimeoutSeconds", "1"));
        host.Agent.Answer = _ => [new AgentEvent.Say("Bye."), new AgentEvent.EndCall()];
        await using var caller = await host.ConnectAsync(new() { AnswersClose = false });
        await caller.StartAsync(host.Announce());
        (await caller.Closed).ShouldBe(WebSocketCloseStatus.NormalClosure);
        await Eventually.Holds(caller.IsDropped, "the connection is dropped");
        await host.VerifyAsync(CallEndReason.AgentEnded);
    }

    [Fact]
    public async Task A_carrier_that_never_reads_is_given_up()
    {
        await using var host = await MediaHost.StartAsync(new FastClock(100), AdmissionTests.Patient());
        host.Agent.Answer = _ => [new AgentEvent.Say(string.Join(' ', Enumerable.Repeat(LongSpeech, 20)))];
        await using var caller = await host.CallAsync(new() { Reads = false });
        await Eventually.Holds(() => host.Ends.Length == 1, "the call is given up");
        await Eventually.Holds(caller.IsDropped, "the connection is dropped");
        host.Log.Count(CarrierTooSlow).ShouldBe(1);
        await host.VerifyAsync(CallEndReason.TransportLost);
    }

    [Fact]
    public async Task A_caller_who_hangs_up_without_having_read_does_not_hold_the_call()
    {
        await using var host = await MediaHost.StartAsync(new FastClock(20), AdmissionTests.Patient(), ("Gateway:CloseTimeoutSeconds", "1"));
        host.Agent.Answer = _ => [new AgentEvent.Say(string.Join(' ', Enumerable.Repeat(LongSpeech, 20)))];
        await using var caller = await host.CallAsync(new() { Reads = false });
        await caller.StopAsync();
        await Eventually.Holds(caller.IsDropped, "the connection is dropped");
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    internal const string LongSpeech =
        "We are open every day from nine in the morning until ten at night, and on Sundays from noon until the last guest has gone home.";
}
