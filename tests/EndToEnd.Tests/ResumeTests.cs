namespace Parley.EndToEnd.Tests;

/// <summary>A connection that breaks does not end a call.</summary>
public sealed class ResumeTests(SampleCalls shared)
{
    [Fact]
    public async Task A_call_whose_connection_breaks_goes_on_where_it_was()
    {
        var server = shared.Server;
        await using var line = new Line(server.Address);
        var (call, running) = LongCall.Begin(line, "+14155550141");
        await LongCall.UntilNameIsKnownAsync(server, call.CallSid);

        line.Cut();

        await LongCall.EndsWithOneBookingAsync(server, call, await running);
    }
}
