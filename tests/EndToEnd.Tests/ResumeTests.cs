using Parley.Calling;
using Parley.Conversation.Agents;

namespace Parley.EndToEnd.Tests;

/// <summary>A connection that breaks does not end a call.</summary>
public sealed class ResumeTests(SampleCalls shared)
{
    [Fact]
    public async Task A_call_whose_connection_breaks_goes_on_where_it_was()
    {
        var server = shared.Server;
        await using var line = new Line(server.Address);
        var (call, running) = Begin(line, "+14155550141");
        await UntilNameIsKnownAsync(server, call.CallSid);

        line.Cut();

        await EndsWithOneBookingAsync(server, call, await running);
    }

    [Fact]
    public async Task A_call_goes_on_at_the_server_that_was_started_after_its_own_died()
    {
        using var data = new DataFolder();
        await using var first = await Server.StartOnAsync(data);
        await using var line = new Line(first.Address);
        var (call, running) = Begin(line, "+14155550142");
        await UntilNameIsKnownAsync(first, call.CallSid);

        // The carrier asks on only when its stream breaks: by then the second server is there.
        await first.StopHardAsync();
        await using var second = await Server.StartOnAsync(data);
        line.Server = second.Address;
        line.Cut();

        await EndsWithOneBookingAsync(second, call, await running);
    }

    private static (TwilioCall Call, Task<CallOutcome> Running) Begin(Line line, string from)
    {
        var script = Repository.Script("reservation") with { From = from };
        var options = new TwilioCallOptions { Server = line.Address, From = from, To = script.To, MaxDuration = TimeSpan.FromSeconds(150) };
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });
        var call = new TwilioCall(options, http, TimeProvider.System);
        return (call, RunAsync());

        async Task<CallOutcome> RunAsync()
        {
            using (http)
                return await call.RunAsync(new SteadyCaller(new ScriptedCaller(script)), TestContext.Current.CancellationToken);
        }
    }

    private static Task UntilNameIsKnownAsync(Server server, string callSid) => Until.TrueAsync(async () =>
        (await server.FindAsync(callSid))?.Turns.Any(t => t.Speaker == Speaker.Caller && t.GeneratedText.Contains("Carter", StringComparison.Ordinal)) == true);

    private static async Task EndsWithOneBookingAsync(Server server, TwilioCall call, CallOutcome outcome)
    {
        outcome.End.ShouldBe(CallEnd.Completed);
        var result = await Until.FoundAsync(async () =>
            await server.FindAsync(call.CallSid) is { EndReason: not null, Lead: not null, Messages.Count: >= 2 } done ? done : null);
        var said = string.Join('\n', result.Turns.Select(t => $"{t.Speaker}: {(t.Speaker == Speaker.Agent ? t.HeardText : t.GeneratedText)}"));

        result.EndReason.ShouldBe("agentEnded", said);
        result.Turns.ShouldContain(t => t.Speaker == Speaker.Agent && t.HeardText.Contains("sorry", StringComparison.OrdinalIgnoreCase), said);
        result.Turns.Count(t => t.Speaker == Speaker.Agent && t.HeardText.Contains("How can I help?", StringComparison.Ordinal)).ShouldBe(1, said);
        result.Lead!.Name.ShouldBe("Daniel Carter", said);
        result.Lead.PartySize.ShouldBe(4, said);
        result.Lead.Status.ShouldBe("confirmed", said);
        result.Messages.Select(m => m.Type).ShouldBe(["recap", "reservationLink"], ignoreOrder: true);
        (await server.ListAsync("/api/leads", "callId", result.Id.ToString())).Count.ShouldBe(1);
        (await server.ListAsync("/api/calls", "carrierCallId", call.CallSid)).Count.ShouldBe(1);
    }
}
