using Parley.Conversation.Pipeline;
using Parley.MediaGateway.Tests.Fakes;

namespace Parley.MediaGateway.Tests.Sessions;

/// <summary>Whether calls leave anything behind.</summary>
[Collection(MediaStreams.Name)]
public sealed class SoakTests
{
    private const int WarmUpCalls = 20;
    private const int Calls = 200;

    // What remains of a call for a minute: its used token, and how it ended.
    private const int MostBytesPerCall = 2048;

    // Sockets are closed a moment after their call has ended.
    private const int MostMoreSockets = 4;

    [Fact]
    public async Task Two_hundred_calls_one_after_another_leave_no_session_no_socket_and_no_memory()
    {
        await using var host = await MediaHost.StartAsync();
        for (var i = 0; i < WarmUpCalls; i++)
            await PlaceAsync(host);
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        var sockets = OpenSockets();

        for (var i = 0; i < Calls; i++)
            await PlaceAsync(host);

        await Eventually.Holds(() => OpenSockets() <= sockets + MostMoreSockets, "the sockets are closed");
        var perCall = (GC.GetTotalMemory(forceFullCollection: true) - memory) / Calls;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{perCall} bytes a call; {sockets} sockets before, {OpenSockets()} after");
        perCall.ShouldBeLessThan(MostBytesPerCall);
        await host.VerifyAsync();
    }

    private static async Task PlaceAsync(MediaHost host)
    {
        await using var caller = await host.CallAsync();
        await caller.SilenceAsync(3);
        host.Recogniser.Spoken("a table for two");
        await caller.SpeechAsync(20);
        var before = caller.Marks;
        await Eventually.Holds(() => caller.Marks > before, "the caller is answered", () => caller.SilenceAsync(2));
        await caller.HangUpAsync();
        await host.VerifyAsync(CallEndReason.CallerHungUp);

        // What the test itself remembers.
        host.Journal.Turns.Select(t => t.HeardText).ShouldBe(["Hi.", "a table for two", "Hi."]);
        host.Journal.Turns.Clear();
        host.Journal.Ends.Clear();
        host.Agent.Requests.Clear();
        host.Voice.Spoken.Clear();
        host.Calls.Forget(caller.Call!.CallSid);
        host.Calls.Streams.Clear();
    }

    /// <summary>File sockets that are sockets (assemblies, which are loaded at any time, hold some as well); 0 where that cannot be told.</summary>
    private static int OpenSockets() => Directory.Exists("/proc/self/fd")
        ? Directory.GetFiles("/proc/self/fd").Count(f => new FileInfo(f).LinkTarget is { } target && target.StartsWith("socket:", StringComparison.Ordinal))
        : 0;
}
