using System.Net.WebSockets;
using Parley.Conversation.Agents;
using Parley.Conversation.Faults;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.MediaGateway.Tests.Fakes;

namespace Parley.MediaGateway.Tests.Sessions;

/// <summary>
/// Calls over a bad network and with carriers that misbehave. After each the call has ended once, no session and no conversation is left, and all
/// pooled frames are back (<see cref="MediaHost.VerifyAsync"/>).
/// </summary>
[Collection(MediaStreams.Name)]
public sealed class FaultTests
{
    [Theory]
    [InlineData("delay=50ms")]
    [InlineData("jitter=40ms")]
    [InlineData("delay=30ms,jitter=30ms,duplicate=20%,reorder=20%")]
    [InlineData("duplicate=40%,seed=5")]
    [InlineData("reorder=50%")]
    [InlineData("stall@#20=300ms")]
    [InlineData("drop=10%")]
    [InlineData("corrupt=10%")]
    [InlineData("drop=5%,duplicate=10%,reorder=10%,corrupt=5%,jitter=20ms,seed=3")]
    public async Task A_call_over_a_bad_network_answers_and_ends_once(string faults)
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.ConnectAsync(new() { Faults = faults });
        await BeginAsync(host, caller);
        host.Recogniser.Spoken("a table for two");
        await caller.SpeechAsync(20);
        await Eventually.Holds(() => Turns(host, Speaker.Caller) > 0, "the caller is understood", () => caller.SilenceAsync(2));
        await EndAsync(host, caller);
        Turns(host, Speaker.Caller).ShouldBe(1);
    }

    [Theory]
    [InlineData("cut@#30")]
    [InlineData("cut@#100,jitter=20ms,duplicate=20%")]
    [InlineData("cut@1s")]
    public async Task A_connection_that_is_cut_ends_the_call_as_lost(string faults)
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.ConnectAsync(new() { Faults = faults });
        await Should.ThrowAsync<WebSocketException>(async () =>
        {
            await caller.StartAsync(host.Announce());
            await Eventually.Holds(() => host.Ends.Length > 0, "the call has ended", () => caller.SilenceAsync(1));
        });
        await Eventually.Holds(() => host.Ends.Length == 1, "the call has ended");
        await host.VerifyAsync(CallEndReason.TransportLost);
    }

    [Fact]
    public async Task A_connection_that_is_cut_before_its_start_leaves_nothing()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.ConnectAsync(new() { Faults = "cut@#2" });
        await Should.ThrowAsync<WebSocketException>(() => caller.StartAsync(host.Announce()));
        await host.VerifyAsync();
    }

    [Fact]
    public async Task A_half_open_connection_is_given_up_after_the_deadline()
    {
        await using var host = await MediaHost.StartAsync(new FastClock(20), new PipelineOptions { IdleMs = 100_000 }, ("Gateway:CloseTimeoutSeconds", "1"));
        await using var caller = await host.ConnectAsync(new() { Faults = "half-open@1s" });
        await caller.StartAsync(host.Announce());
        await Eventually.Holds(() => host.Registry.Count == 1, "the call runs", () => caller.SilenceAsync(1));
        await Eventually.Holds(() => host.Ends.Length == 1, "the call has ended", () => caller.SilenceAsync(1));
        await host.VerifyAsync(CallEndReason.TransportLost);
    }

    [Fact]
    public async Task A_flood_of_marks_that_were_never_sent_holds_neither_the_call_nor_memory()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 20_000; i++)
            await caller.MarkAsync($"{i % 7}.{i % 11 - 1}.{i % 13}");
        await StillAnswersAsync(caller);
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(8_000_000);
        await EndAsync(host, caller, CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task A_flood_of_frames_is_dropped_rather_than_kept()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await caller.SilenceAsync(20_000);
        await StillAnswersAsync(caller);
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(16_000_000);
        await EndAsync(host, caller, CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task A_flood_of_keys_is_gathered_and_answered()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync();
        for (var i = 0; i < 2000; i++)
            await caller.DtmfAsync("7");
        await StillAnswersAsync(caller);
        lock (host.Agent.Requests)
            host.Agent.Requests.Select(r => r.Trigger).OfType<AgentTrigger.CallerPressed>().ShouldAllBe(p => p.Digits.Length <= 32);
        await EndAsync(host, caller, CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task A_stop_that_comes_twice_ends_the_call_once()
    {
        await using var host = await MediaHost.StartAsync();
        await using var caller = await host.CallAsync(new() { AnswersClose = false });
        await caller.StopAsync();
        await caller.StopAsync();
        await caller.SpeechAsync(20);
        await caller.DtmfAsync("1");
        await caller.StopAsync();
        await caller.CloseAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task Marks_that_never_come_back_do_not_stop_the_conversation()
    {
        await using var host = await MediaHost.StartAsync(new FastClock(10), AdmissionTests.Patient());
        await using var caller = await host.ConnectAsync(new() { ReturnsMarks = false });
        await caller.StartAsync(host.Announce());
        await Eventually.Holds(() => Turns(host, Speaker.Agent) == 1, "the greeting is over", () => caller.SilenceAsync(1));
        await caller.DtmfAsync("1");
        await caller.DtmfAsync("#");
        await Eventually.Holds(() => Turns(host, Speaker.Agent) >= 2, "the caller is answered", () => caller.SilenceAsync(1));
        await EndAsync(host, caller, CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task A_clear_that_is_never_acknowledged_does_not_stop_the_conversation()
    {
        await using var host = await MediaHost.StartAsync(new FastClock(5), AdmissionTests.Patient());
        host.Agent.Answer = request => [new AgentEvent.Say(request.Trigger is AgentTrigger.CallStarted ? EndingTests.LongSpeech : "Hi.")];
        await using var caller = await host.ConnectAsync(new() { ReturnsMarks = false });
        await caller.StartAsync(host.Announce());
        await Eventually.Holds(() => caller.MediaBytes > 0, "the agent speaks");
        await caller.DtmfAsync("1");
        await caller.DtmfAsync("#");
        await Eventually.Holds(() => Turns(host, Speaker.Agent) >= 2, "the caller is answered", () => caller.SilenceAsync(1));
        await EndAsync(host, caller, CallEndReason.CallerHungUp);
        lock (host.Journal.Turns)
            host.Journal.Turns.Count(t => t.Interrupted).ShouldBe(1);
    }

    [Theory]
    [InlineData("half-open@#1")]
    [InlineData("stall@#1=5s")]
    [InlineData("delay=2s")]
    public async Task An_agents_fault_and_a_reset_at_once_leave_nothing(string faults)
    {
        await using var host = await MediaHost.StartAsync();
        host.Spoil(services => services with { Agent = new FaultyCallAgent(host.Agent, FaultPlan.Parse(faults), host.Clock) });
        await using var caller = await host.ConnectAsync();
        await caller.StartAsync(host.Announce());
        await Eventually.Holds(() => host.Registry.Count == 1, "the call runs");
        await caller.SilenceAsync(5);
        caller.Reset();
        await Eventually.Holds(() => host.Ends.Length == 1, "the call has ended");
        await host.VerifyAsync(CallEndReason.TransportLost);
    }

    [Fact]
    public async Task A_journal_that_throws_leaves_no_session()
    {
        await using var host = await MediaHost.StartAsync();
        host.Spoil(services => services with { Journal = new BrokenJournal() });
        await using var caller = await host.ConnectAsync();
        await caller.StartAsync(host.Announce());
        (await caller.Closed).ShouldBe(WebSocketCloseStatus.NormalClosure);
        await Eventually.Holds(() => host.Registry.Count == 0 && host.Recogniser.OpenStreams == 0, "no session is left");
    }

    [Fact]
    public async Task A_recogniser_that_cannot_be_opened_leaves_no_session()
    {
        await using var host = await MediaHost.StartAsync();
        host.Spoil(services => services with { SpeechToText = new ClosedRecogniser() });
        await using var caller = await host.ConnectAsync();
        await caller.StartAsync(host.Announce());
        (await caller.Closed).ShouldBe(WebSocketCloseStatus.NormalClosure);
        host.Registry.Count.ShouldBe(0);
        host.Ends.ShouldBeEmpty();
    }

    private static async Task BeginAsync(MediaHost host, FakeTwilio caller)
    {
        // The start itself may be lost; a carrier would give up, this one tries again.
        var call = host.Announce();
        await caller.StartAsync(call);
        await Eventually.Holds(() => host.Registry.Count == 1, "the call runs", async () =>
        {
            await caller.SilenceAsync(1);
            if (host.Registry.Count == 0 && caller.TimestampMs % 1000 == 0)
                await caller.StartAsync(call);
        });
        await Eventually.Holds(() => Turns(host, Speaker.Agent) > 0, "the caller is greeted", () => caller.SilenceAsync(2));
    }

    private static async Task StillAnswersAsync(FakeTwilio caller)
    {
        var before = caller.Marks;
        await caller.DtmfAsync("1");
        await caller.DtmfAsync("#");
        await Eventually.Holds(() => caller.Marks > before, "the call goes on");
    }

    /// <summary>The caller hangs up; where the network may have lost the news, the end may be another.</summary>
    private static async Task EndAsync(MediaHost host, FakeTwilio caller, CallEndReason? expected = null)
    {
        await caller.HangUpAsync();
        await Eventually.Holds(() => host.Ends.Length > 0, "the call has ended");
        CallEndReason[] usual = [CallEndReason.CallerHungUp, CallEndReason.TransportLost];
        usual.ShouldContain(host.Ends[0]);
        await host.VerifyAsync(expected ?? host.Ends[0]);
    }

    private static int Turns(MediaHost host, Speaker speaker)
    {
        lock (host.Journal.Turns)
            return host.Journal.Turns.Count(t => t.Speaker == speaker);
    }

    private sealed class BrokenJournal : ICallJournal
    {
        public void Write(TurnRecord turn) => throw new IOException("no space left");

        public void Write(CallEnded call) => throw new IOException("no space left");
    }

    private sealed class ClosedRecogniser : Conversation.Stt.ISpeechToText
    {
        public string Name => "closed";

        public Conversation.Stt.ISpeechToTextStream Open(Conversation.Stt.SpeechToTextOptions options, Action<Conversation.Stt.TranscriptEvent> sink) =>
            throw new InvalidOperationException("no licence");
    }
}
