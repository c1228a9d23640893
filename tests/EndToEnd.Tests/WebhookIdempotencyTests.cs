using Parley.Calling;

namespace Parley.EndToEnd.Tests;

/// <summary>Twilio repeats webhooks that it is not sure of, and they overtake each other.</summary>
public sealed class WebhookIdempotencyTests(SampleCalls shared)
{
    [Fact]
    public async Task A_call_whose_webhooks_all_come_twice_is_one_call()
    {
        var server = shared.Server;
        var script = Repository.Script("message") with { From = "+14155550143" };
        using var http = new HttpClient(new Stutter(new SocketsHttpHandler { UseProxy = false }));
        var call = new TwilioCall(server.Options(script), http, TimeProvider.System);

        var outcome = await call.RunAsync(new ScriptedCaller(script), TestContext.Current.CancellationToken);

        outcome.End.ShouldBe(CallEnd.Completed);
        outcome.Violations.ShouldBeEmpty();
        await CameToOneOfEachAsync(server, call.CallSid, script.From, "recap");
    }

    [Fact]
    public async Task Webhooks_that_come_again_after_the_call_change_nothing()
    {
        var server = shared.Server;
        var report = await shared["reservation"];
        var (callSid, from) = (report.Outcome.CallSid, "+14155550123");
        string[] late = ["call-status completed", "voice ringing", "after-stream completed", "call-status completed", "call-status in-progress", "voice ringing"];
        foreach (var (path, status) in late.Select(l => l.Split(' ')).Select(l => (l[0], l[1])))
            await PostAsync(server, path, status, callSid, from);

        await CameToOneOfEachAsync(server, callSid, from, "recap", "reservationLink");
        var after = (await server.FindAsync(callSid)).ShouldNotBeNull();
        after.EndReason.ShouldBe(report.Result!.EndReason);
        after.Turns.Count.ShouldBe(report.Result.Turns.Count);
        after.Lead.ShouldBe(report.Result.Lead);
    }

    [Fact]
    public async Task The_end_of_a_call_may_be_told_before_anything_else_and_twice()
    {
        var server = shared.Server;
        var callSid = $"CA{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        foreach (var (path, status) in new[] { ("call-status", "completed"), ("voice", "ringing"), ("call-status", "completed") })
            await PostAsync(server, path, status, callSid, "+14155550144");

        var result = (await server.FindAsync(callSid)).ShouldNotBeNull();
        result.EndReason.ShouldNotBeNull();
        result.Lead.ShouldBeNull();
        result.Messages.ShouldBeEmpty();
        (await server.ListAsync("/api/calls", "carrierCallId", callSid)).Count.ShouldBe(1);
    }

    private static async Task PostAsync(Server server, string path, string status, string callSid, string from)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["CallSid"] = callSid,
            ["From"] = from,
            ["To"] = "+12125550101",
            ["CallStatus"] = status,
        });
        using var response = await server.Http.PostAsync($"/twilio/{path}", form, TestContext.Current.CancellationToken);
        response.IsSuccessStatusCode.ShouldBeTrue(path);
    }

    private static async Task CameToOneOfEachAsync(Server server, string callSid, string from, params string[] messages)
    {
        var result = await Until.FoundAsync(async () =>
            await server.FindAsync(callSid) is { EndIsFinal: true, Lead: not null } done && done.Messages.Count >= messages.Length ? done : null);
        result.Messages.Select(m => m.Type).ShouldBe(messages, ignoreOrder: true);
        (await server.ListAsync("/api/calls", "carrierCallId", callSid)).Count.ShouldBe(1);
        (await server.ListAsync("/api/leads", "callId", result.Id.ToString())).Count.ShouldBe(1);
        (await server.ListAsync("/api/messages", "to", from)).Count.ShouldBe(messages.Length);
    }

    /// <summary>Sends every request twice, as a carrier that lost the first answer.</summary>
    private sealed class Stutter(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await request.Content!.LoadIntoBufferAsync(cancellationToken);
            using (await base.SendAsync(request, cancellationToken))
            {
                return await base.SendAsync(request, cancellationToken);
            }
        }
    }
}
