namespace Parley.EndToEnd.Tests;

/// <summary>A call outlives the server it began at.</summary>
public sealed class HandoverTests
{
    [Fact]
    public async Task A_call_goes_on_at_another_server_after_its_own_was_killed()
    {
        await using var servers = await TwoServers.StartAsync();
        var (call, running) = LongCall.Begin(servers.Line, "+14155550170");
        await LongCall.UntilNameIsKnownAsync(servers.Api(servers.FirstAddress), call.CallSid);

        servers.Line.Hold();
        await servers.First.KillAsync();
        servers.Line.ConnectTo(servers.OtherAddress);

        await LongCall.EndsWithOneBookingAsync(servers.Api(servers.OtherAddress), call, await running);
    }
}
