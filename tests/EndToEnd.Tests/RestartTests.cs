namespace Parley.EndToEnd.Tests;

/// <summary>A server that goes away does not end its calls.</summary>
public sealed class RestartTests
{
    [Fact]
    public async Task A_call_goes_on_at_the_server_that_was_started_after_its_own_died()
    {
        using var data = new DataFolder();
        await using var first = await Server.StartOnAsync(data);
        await using var line = new Line(first.Address);
        var (call, running) = LongCall.Begin(line, "+14155550142");
        await LongCall.UntilNameIsKnownAsync(first, call.CallSid);

        line.Hold();
        await first.StopHardAsync();
        await using var second = await Server.StartOnAsync(data);
        line.ConnectTo(second.Address);

        await LongCall.EndsWithOneBookingAsync(second, call, await running);
    }
}
