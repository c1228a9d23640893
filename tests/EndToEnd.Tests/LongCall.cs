using Parley.Calling;
using Parley.Conversation.Agents;

namespace Parley.EndToEnd.Tests;

/// <summary>The sample call for a table, over a line that may be cut after the caller has said the name.</summary>
internal static class LongCall
{
    /// <param name="line">The line.</param>
    /// <param name="from">Who calls.</param>
    /// <param name="again">Steps that the caller does twice, by their place.</param>
    public static (TwilioCall Call, Task<CallOutcome> Running) Begin(Line line, string from, params int[] again)
    {
        var script = Repository.Script("reservation") with { From = from };
        script = script with { Steps = [.. script.Steps.SelectMany((step, at) => again.Contains(at) ? [step, step] : (CallStep[])[step])] };
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

    public static Task UntilNameIsKnownAsync(Server server, string callSid) => UntilNameIsKnownAsync(server.Api, callSid);

    public static Task EndsWithOneBookingAsync(Server server, TwilioCall call, CallOutcome outcome) =>
        EndsWithOneBookingAsync(server.Api, call, outcome);

    public static Task UntilNameIsKnownAsync(OwnersApi server, string callSid) => Until.TrueAsync(async () =>
        (await server.FindAsync(callSid))?.Turns.Any(t => t.Speaker == Speaker.Caller && t.GeneratedText.Contains("Carter", StringComparison.Ordinal)) == true);

    public static async Task EndsWithOneBookingAsync(OwnersApi server, TwilioCall call, CallOutcome outcome)
    {
        outcome.End.ShouldBe(CallEnd.Completed);
        var result = await Until.FoundAsync(async () =>
            await server.FindAsync(call.CallSid) is { EndIsFinal: true, Lead: not null, Messages.Count: >= 2 } done ? done : null);
        var said = string.Join('\n', result.Turns.Select(t => $"{t.Speaker}: {(t.Speaker == Speaker.Agent ? t.HeardText : t.GeneratedText)}"));

        result.EndReason.ShouldBe("agentEnded", said);
        // Begun at least: a caller who believes to have heard the question answers over it.
        result.Turns.ShouldContain(t => t.Speaker == Speaker.Agent && t.GeneratedText.Contains("sorry", StringComparison.OrdinalIgnoreCase), said);
        result.Turns.Count(t => t.Speaker == Speaker.Agent && t.HeardText.Contains("How can I help?", StringComparison.Ordinal)).ShouldBe(1, said);
        result.Lead!.Name.ShouldBe("Daniel Carter", said);
        result.Lead.PartySize.ShouldBe(4, said);
        result.Lead.Status.ShouldBe("confirmed", said);
        result.Messages.Select(m => m.Type).ShouldBe(["recap", "reservationLink"], ignoreOrder: true);
        (await server.ListAsync("/api/leads", "callId", result.Id.ToString())).Count.ShouldBe(1);
        (await server.ListAsync("/api/calls", "carrierCallId", call.CallSid)).Count.ShouldBe(1);
    }
}
