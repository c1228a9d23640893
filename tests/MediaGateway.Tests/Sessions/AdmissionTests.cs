using System.Net.WebSockets;
using Microsoft.Extensions.Options;
using Parley.Conversation.Pipeline;
using Parley.MediaGateway.Tests.Fakes;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Tests.Sessions;

/// <summary>Which streams become calls. One that does not is closed in good order, and the call it claims to be is not touched.</summary>
[Collection(MediaStreams.Name)]
public sealed class AdmissionTests
{
    private const int TokenRefused = 2002;
    private const int CallUnknown = 2003;
    private const int CallRefused = 2004;
    private const int SessionFailed = 2010;
    private const int NotAdmittedInTime = 2013;

    [Theory]
    [InlineData("wrong", CallTokenOutcome.Malformed)]
    [InlineData("", CallTokenOutcome.Malformed)]
    [InlineData(null, CallTokenOutcome.Malformed)]
    public async Task A_stream_without_a_good_token_is_refused(string? token, CallTokenOutcome why)
    {
        await using var host = await MediaHost.StartAsync();
        await RefusedAsync(host, host.Announce(), token, token is not null);
        host.Log.TextOf(TokenRefused).ShouldContain(why.ToString());
    }

    [Fact]
    public async Task An_expired_token_is_refused()
    {
        await using var host = await MediaHost.StartAsync();
        var call = host.Announce();
        using var early = new CallTokens(
            Options.Create(new TwilioOptions { TokenKey = MediaHost.TokenKey }), new ManualTime { Now = host.Clock.GetUtcNow().AddMinutes(-2) });
        await RefusedAsync(host, call, early.Issue(new CallToken(call.CallId, call.CallSid, host.Calls.Tenant.Id)));
        host.Log.TextOf(TokenRefused).ShouldContain(nameof(CallTokenOutcome.Expired));
    }

    [Fact]
    public async Task A_token_signed_by_someone_else_is_refused()
    {
        await using var host = await MediaHost.StartAsync();
        var call = host.Announce();
        using var others = new CallTokens(Options.Create(new TwilioOptions()), host.Clock);
        await RefusedAsync(host, call, others.Issue(new CallToken(call.CallId, call.CallSid, host.Calls.Tenant.Id)));
        host.Log.TextOf(TokenRefused).ShouldContain(nameof(CallTokenOutcome.BadSignature));
    }

    [Fact]
    public async Task The_token_of_another_call_is_refused_and_stays_good_for_its_own()
    {
        await using var host = await MediaHost.StartAsync();
        var mine = host.Announce();
        await RefusedAsync(host, host.Announce(), mine.Token);
        host.Log.TextOf(TokenRefused).ShouldContain(nameof(CallTokenOutcome.WrongCall));

        await using var caller = await host.ConnectAsync();
        await caller.StartAsync(mine);
        await Eventually.Holds(() => caller.Marks > 0, "the caller is greeted");
        await caller.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task A_token_is_good_once()
    {
        await using var host = await MediaHost.StartAsync();
        var call = host.Announce();
        await using (var caller = await host.ConnectAsync())
        {
            await caller.StartAsync(call);
            await Eventually.Holds(() => caller.Marks > 0, "the caller is greeted");
            await caller.HangUpAsync();
        }

        await host.VerifyAsync(CallEndReason.CallerHungUp);
        await RefusedAsync(host, call, call.Token, ends: CallEndReason.CallerHungUp);
        host.Log.TextOf(TokenRefused).ShouldContain(nameof(CallTokenOutcome.Used));
    }

    [Fact]
    public async Task A_call_that_nobody_announced_is_refused()
    {
        await using var host = await MediaHost.StartAsync();
        var call = host.Announce();
        host.Calls.Forget(call.CallSid);
        await RefusedAsync(host, call, call.Token);
        host.Log.Count(CallUnknown).ShouldBe(1);
    }

    [Fact]
    public async Task A_second_stream_of_a_running_call_is_refused_and_the_first_goes_on()
    {
        await using var host = await MediaHost.StartAsync();
        await using var first = await host.CallAsync();
        var again = host.TokenFor(first.Call!.CallSid, first.Call.CallId);
        await using (var second = await host.ConnectAsync())
        {
            second.StreamSid = "MZ2";
            await second.StartAsync(first.Call, again);
            (await second.Closed).ShouldBe(WebSocketCloseStatus.NormalClosure);
        }

        host.Log.Count(CallRefused).ShouldBe(1);
        host.Registry.Count.ShouldBe(1);
        host.Calls.Streams.ShouldBe(["MZ1"]);
        var before = first.Marks;
        await first.DtmfAsync("1");
        await first.DtmfAsync("#");
        await Eventually.Holds(() => first.Marks > before, "the first stream is answered");
        await first.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task A_call_whose_stream_broke_may_come_back_while_the_old_socket_is_still_closing()
    {
        await using var host = await MediaHost.StartAsync(new FastClock(5), Patient());
        host.Agent.Answer = request => request.Trigger is Parley.Conversation.Agents.AgentTrigger.CallerPressed
            ? [new Parley.Conversation.Agents.AgentEvent.EndCall()]
            : [new Parley.Conversation.Agents.AgentEvent.Say("Hi.")];
        await using var first = await host.CallAsync(new() { AnswersClose = false });
        await first.DtmfAsync("1");
        await first.DtmfAsync("#");
        await first.Closed;
        await Eventually.Holds(() => host.Registry.Count == 0, "the first stream has no call any more");

        await using var second = await host.ConnectAsync();
        await second.StartAsync(first.Call!, host.TokenFor(first.Call!.CallSid, first.Call.CallId));
        await Eventually.Holds(() => second.Marks > 0, "the caller is greeted again");
        await Eventually.Holds(first.IsDropped, "the old connection is dropped");
        host.Registry.Count.ShouldBe(1);
        await second.HangUpAsync();
        await Eventually.Holds(() => host.Registry.Count == 0, "no call is left");
        host.Ends.ShouldBe([CallEndReason.AgentEnded, CallEndReason.CallerHungUp]);
    }

    [Fact]
    public async Task A_call_that_cannot_be_looked_up_in_time_is_refused()
    {
        await using var host = await MediaHost.StartAsync(new FastClock(20), null, ("Gateway:StartTimeoutSeconds", "1"));
        host.Calls.Gate = new TaskCompletionSource().Task;
        var call = host.Announce();
        await RefusedAsync(host, call, call.Token);
        host.Log.Count(NotAdmittedInTime).ShouldBe(1);
    }

    [Fact]
    public async Task A_store_that_fails_costs_the_connection_and_nothing_else()
    {
        await using var host = await MediaHost.StartAsync();
        host.Calls.FailWith = new InvalidOperationException("The store is broken.");
        await using (var caller = await host.ConnectAsync())
        {
            await caller.StartAsync(host.Announce());
            (await caller.Closed).ShouldBe(WebSocketCloseStatus.NormalClosure);
        }

        host.Log.Count(SessionFailed).ShouldBe(1);
        host.Ends.ShouldBeEmpty();
        host.Calls.FailWith = null;
        await using var next = await host.CallAsync();
        await next.HangUpAsync();
        await Eventually.Holds(() => host.Registry.Count == 0, "no call is left");
        host.Ends.ShouldBe([CallEndReason.CallerHungUp]);
    }

    /// <summary>On a fast clock nothing but the test ends a call.</summary>
    public static PipelineOptions Patient() => new() { IdleMs = 100_000_000, MediaTimeoutMs = 100_000_000, MaxCallSeconds = 1_000_000 };

    private static async Task RefusedAsync(
        MediaHost host, AnnouncedCall call, string? token, bool withToken = true, params CallEndReason[] ends)
    {
        await using (var caller = await host.ConnectAsync())
        {
            await caller.StartAsync(call, token, withToken);
            (await caller.Closed).ShouldBe(WebSocketCloseStatus.NormalClosure);
            caller.MediaBytes.ShouldBe(0);
        }

        await host.VerifyAsync(ends);
    }
}
