using System.Net;
using System.Net.WebSockets;
using Parley.Conversation.Pipeline;
using Parley.MediaGateway.Tests.Fakes;

namespace Parley.MediaGateway.Tests.Sessions;

/// <summary>What becomes of calls when the server stops.</summary>
[Collection(MediaStreams.Name)]
public sealed class DrainTests
{
    [Fact]
    public async Task A_stopping_server_is_not_ready_takes_no_calls_and_lets_the_running_one_finish()
    {
        await using var host = await MediaHost.StartAsync(null, null, ("Gateway:DrainSeconds", "600"));
        await using var caller = await host.CallAsync();
        var stopping = host.StopAsync();
        await Eventually.Holds(() => host.Registry.IsDraining, "the server drains");

        (await host.ReadyAsync()).ShouldBe(HttpStatusCode.ServiceUnavailable);
        await using (var late = await host.ConnectAsync())
            late.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var before = caller.Marks;
        await caller.DtmfAsync("1");
        await caller.DtmfAsync("#");
        await Eventually.Holds(() => caller.Marks > before, "the running call goes on");
        stopping.IsCompleted.ShouldBeFalse();

        await caller.HangUpAsync();
        await stopping.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }

    [Fact]
    public async Task Calls_that_do_not_finish_in_time_are_ended_in_good_order()
    {
        await using var host = await MediaHost.StartAsync(new FastClock(10), AdmissionTests.Patient(), ("Gateway:DrainSeconds", "1"));
        await using var first = await host.CallAsync();
        await using var second = await host.CallAsync();
        await host.StopAsync().WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);

        (await first.Closed).ShouldBe(WebSocketCloseStatus.NormalClosure);
        (await second.Closed).ShouldBe(WebSocketCloseStatus.NormalClosure);
        await host.VerifyAsync(CallEndReason.ServerStopping, CallEndReason.ServerStopping);
    }

    [Fact]
    public async Task A_connection_that_has_not_started_does_not_hold_up_the_server()
    {
        await using var host = await MediaHost.StartAsync(null, null, ("Gateway:StartTimeoutSeconds", "60"));
        await using var caller = await host.ConnectAsync();
        await host.StopAsync().WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
        (await caller.Closed).ShouldBeNull();
        await host.VerifyAsync();
    }

    [Fact]
    public async Task A_connection_opened_before_the_stop_cannot_start_a_call_after_it()
    {
        await using var host = await MediaHost.StartAsync();
        await using var running = await host.CallAsync();
        await using var late = await host.ConnectAsync();
        var stopping = host.StopAsync();
        await Eventually.Holds(() => host.Registry.IsDraining, "the server drains");
        await late.StartAsync(host.Announce());
        (await late.Closed).ShouldBe(WebSocketCloseStatus.NormalClosure);
        await running.HangUpAsync();
        await stopping.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);
        await host.VerifyAsync(CallEndReason.CallerHungUp);
    }
}
