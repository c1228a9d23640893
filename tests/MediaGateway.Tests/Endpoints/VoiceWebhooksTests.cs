using System.Net;
using System.Xml.Linq;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.MediaGateway.Tests.Fakes;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Tests.Endpoints;

public sealed class VoiceWebhooksTests : IAsyncLifetime
{
    private const string Sid = "CA00000000000000000000000000000001";
    private static readonly (string, string)[] Ringing =
        [("CallSid", Sid), ("From", "+14155550100"), ("To", "+14155550199"), ("CallStatus", "ringing"), ("CallerName", "")];

    private WebhookHost host = null!;

    private MemoryStores Stores => host.Stores;

    public async ValueTask InitializeAsync() => host = await WebhookHost.StartAsync();

    public async ValueTask DisposeAsync() => await host.DisposeAsync();

    private async Task<XElement> AskAsync(string path, params (string, string)[] parameters)
    {
        var (status, body) = await host.PostAsync(path, parameters);
        status.ShouldBe(HttpStatusCode.OK);
        return XElement.Parse(body);
    }

    private CallToken TokenOf(XElement document) => host.Tokens.Verify(Parameter(document, StreamParameters.CallToken), Sid).Token.ShouldNotBeNull();

    private static string? Parameter(XElement document, string name) =>
        document.Descendants("Parameter").SingleOrDefault(p => p.Attribute("name")!.Value == name)?.Attribute("value")!.Value;

    private static string[] Verbs(XElement document) => [.. document.Elements().Select(verb => verb.Name.LocalName)];

    private CallSnapshot Call(CallEndReason? end, string? transferTo = null, int resumes = 0) => new()
    {
        CallId = Guid.CreateVersion7(host.Time.Now),
        TenantId = MemoryStores.Luigis.Id,
        CalledNumber = "+14155550199",
        StartedAt = host.Time.Now,
        EndReason = end,
        TransferTo = transferTo,
        Resumes = resumes,
    };

    [Fact]
    public async Task A_ringing_call_is_registered_and_connected_to_the_agent()
    {
        var document = await AskAsync("/twilio/voice", Ringing);

        var stream = document.Element("Connect")!.Element("Stream")!;
        stream.Attribute("url")!.Value.ShouldBe("wss://voice.example.com/twilio/media");
        document.Element("Connect")!.Attribute("action")!.Value.ShouldBe("https://voice.example.com/twilio/after-stream");
        var call = Stores.Started[Sid];
        call.CallerNumber.ShouldBe("+14155550100");
        call.CalledNumber.ShouldBe("+14155550199");
        TokenOf(document).ShouldBe(new CallToken(call.CallId, Sid, MemoryStores.Luigis.Id));
        Parameter(document, StreamParameters.ResumeReason).ShouldBeNull();
        host.Log.Lines.ShouldNotContain(line => line.Text.Contains("4155550", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_ringing_call_is_answered_while_a_provider_does_not_come_to_an_end_with_prewarming()
    {
        var never = new NeverReached();
        await using var ringing = await WebhookHost.StartAsync(recogniser: never);
        var (status, body) = await ringing.PostAsync("/twilio/voice", Ringing);

        // It was asked, with what its connection's address needs, and is still at it.
        var expected = await never.Asked.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        expected.Language.ShouldBe(MemoryStores.Luigis.Language);
        expected.Hints.ShouldBe([MemoryStores.Luigis.Name]);
        never.IsDone.ShouldBeFalse();
        status.ShouldBe(HttpStatusCode.OK);
        XElement.Parse(body).Element("Connect").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_repeated_webhook_gives_the_same_call_and_a_new_token()
    {
        var first = await AskAsync("/twilio/voice", Ringing);
        var second = await AskAsync("/twilio/voice", Ringing);

        Parameter(second, "callToken").ShouldNotBe(Parameter(first, "callToken"));
        TokenOf(second).CallId.ShouldBe(TokenOf(first).CallId);
        Stores.Started.Count.ShouldBe(1);
        Stores.WebhookKeys.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("Anonymous")]
    [InlineData("")]
    [InlineData("+266696687")]
    public async Task A_caller_who_withholds_the_number_is_answered(string from)
    {
        await AskAsync("/twilio/voice", ("CallSid", Sid), ("From", from), ("To", "+14155550199"));
        Stores.Started[Sid].CallerNumber.ShouldBeNull();
    }

    [Theory]
    [InlineData("+14155550198")]
    [InlineData("sip:x@y")]
    [InlineData("")]
    public async Task A_number_of_nobody_gets_an_apology(string to)
    {
        Verbs(await AskAsync("/twilio/voice", ("CallSid", Sid), ("From", "+14155550100"), ("To", to))).ShouldBe(["Say", "Hangup"]);
        Stores.Started.ShouldBeEmpty();
        host.Log.Lines.ShouldContain(line => line.Id == 2202);
    }

    [Fact]
    public async Task A_database_that_fails_gets_an_apology_and_no_error()
    {
        Stores.Gate = _ => throw new InvalidOperationException("away");
        Verbs(await AskAsync("/twilio/voice", Ringing)).ShouldBe(["Say", "Hangup"]);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_gets_an_apology_at_the_deadline()
    {
        Stores.Gate = _ => new TaskCompletionSource().Task;
        var answer = AskAsync("/twilio/voice", Ringing);
        await host.Time.ExpireNextAsync();
        Verbs(await answer).ShouldBe(["Say", "Hangup"]);
        host.Log.Lines.ShouldContain(line => line.Id == 2206);
    }

    [Theory]
    [InlineData("/twilio/voice")]
    [InlineData("/twilio/after-stream")]
    [InlineData("/twilio/dial-done")]
    [InlineData("/twilio/call-status")]
    [InlineData("/twilio/stream-status")]
    [InlineData("/twilio/message-status")]
    public async Task A_webhook_without_a_proper_id_is_a_bad_request(string path) =>
        (await host.PostAsync(path, ("CallSid", "CA \""), ("CallStatus", "completed"))).Status.ShouldBe(HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_transfer_dials_the_number_with_the_called_one_as_caller_id()
    {
        Stores.Snapshot = Call(CallEndReason.Transferred, "+14155550123");
        var dial = (await AskAsync("/twilio/after-stream", ("CallSid", Sid), ("CallStatus", "in-progress"))).Element("Dial")!;
        dial.Element("Number")!.Value.ShouldBe("+14155550123");
        dial.Attribute("callerId")!.Value.ShouldBe("+14155550199");
        dial.Attribute("timeout")!.Value.ShouldBe("25");
        dial.Attribute("action")!.Value.ShouldBe("https://voice.example.com/twilio/dial-done");
    }

    [Theory]
    [InlineData(CallEndReason.AgentEnded, "Hangup")]
    [InlineData(CallEndReason.CallerHungUp, "Hangup")]
    [InlineData(CallEndReason.CallerSilent, "Hangup")]
    [InlineData(CallEndReason.MaxDuration, "Hangup")]
    [InlineData(CallEndReason.TransportLost, "Connect")]
    [InlineData(CallEndReason.ServerStopping, "Connect")]
    [InlineData(CallEndReason.Transferred, "Connect")]
    [InlineData(CallEndReason.AgentFailed, "Say,Hangup")]
    [InlineData(CallEndReason.ProtocolError, "Say,Hangup")]
    [InlineData(CallEndReason.Unauthorized, "Say,Hangup")]
    [InlineData(CallEndReason.NeverConnected, "Say,Hangup")]
    public async Task After_a_stream_the_reason_decides(CallEndReason reason, string verbs)
    {
        Stores.Snapshot = Call(reason);
        Verbs(await AskAsync("/twilio/after-stream", ("CallSid", Sid), ("CallStatus", "in-progress"))).ShouldBe(verbs.Split(','));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task A_lost_stream_is_resumed_three_times_at_most(int resumes, bool again)
    {
        Stores.Snapshot = Call(null, resumes: resumes);
        var document = await AskAsync("/twilio/after-stream", ("CallSid", Sid), ("CallStatus", "in-progress"));
        if (again)
        {
            TokenOf(document).ShouldBe(new CallToken(Stores.Snapshot.CallId, Sid, Stores.Snapshot.TenantId, Resume: true));
            Parameter(document, StreamParameters.ResumeReason).ShouldBe("stream-lost");
        }
        else
        {
            Verbs(document).ShouldBe(["Say", "Hangup"]);
        }
    }

    [Fact]
    public async Task An_end_that_is_written_a_moment_late_is_waited_for()
    {
        Stores.Snapshot = Call(null);
        Stores.OnLookup = (lookup, call) => lookup < 3 ? call : call! with { EndReason = CallEndReason.AgentEnded };
        Verbs(await AskAsync("/twilio/after-stream", ("CallSid", Sid), ("CallStatus", "in-progress"))).ShouldBe(["Hangup"]);
        Stores.Lookups.ShouldBe(3);
    }

    [Fact]
    public async Task A_caller_who_is_gone_is_not_resumed()
    {
        Stores.Snapshot = Call(CallEndReason.TransportLost);
        Verbs(await AskAsync("/twilio/after-stream", ("CallSid", Sid), ("CallStatus", "completed"))).ShouldBe(["Hangup"]);
    }

    [Fact]
    public async Task An_unknown_call_gets_an_apology() =>
        Verbs(await AskAsync("/twilio/after-stream", ("CallSid", Sid), ("CallStatus", "in-progress"))).ShouldBe(["Say", "Hangup"]);

    [Theory]
    [InlineData("completed", "Hangup")]
    [InlineData("answered", "Hangup")]
    [InlineData("canceled", "Hangup")]
    [InlineData("something", "Hangup")]
    [InlineData("", "Hangup")]
    [InlineData("busy", "Connect")]
    [InlineData("no-answer", "Connect")]
    [InlineData("failed", "Connect")]
    public async Task After_a_transfer_the_agent_takes_over_when_nobody_answered(string status, string verbs)
    {
        Stores.Snapshot = Call(CallEndReason.Transferred, "+14155550123");
        var document = await AskAsync("/twilio/dial-done", ("CallSid", Sid), ("DialCallStatus", status), ("CallStatus", "in-progress"));
        Verbs(document).ShouldBe(verbs.Split(','));
        if (document.Element("Connect") is not null)
        {
            TokenOf(document).Resume.ShouldBeTrue();
            Parameter(document, StreamParameters.ResumeReason).ShouldBe("transfer-failed");
        }
    }

    [Theory]
    [InlineData("completed")]
    [InlineData("busy")]
    [InlineData("no-answer")]
    [InlineData("canceled")]
    [InlineData("failed")]
    public async Task A_final_status_closes_the_call_and_may_be_repeated(string status)
    {
        for (var i = 0; i < 2; i++)
        {
            (await host.PostAsync("/twilio/call-status", ("CallSid", Sid), ("CallStatus", status), ("CallDuration", "42"), ("SequenceNumber", "3")))
                .Status.ShouldBe(HttpStatusCode.NoContent);
        }

        Stores.Closed.ShouldBe([(Sid, status, 42), (Sid, status, 42)]);
        Stores.WebhookKeys.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_status_on_the_way_changes_nothing()
    {
        (await host.PostAsync("/twilio/call-status", ("CallSid", Sid), ("CallStatus", "in-progress"))).Status.ShouldBe(HttpStatusCode.NoContent);
        (await host.PostAsync("/twilio/stream-status", ("CallSid", Sid), ("StreamSid", "MZ1"), ("StreamEvent", "stream-error"), ("StreamError", "x\ny")))
            .Status.ShouldBe(HttpStatusCode.NoContent);
        Stores.Closed.ShouldBeEmpty();
        Stores.WebhookKeys.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_status_that_could_not_be_stored_is_asked_for_again()
    {
        Stores.Gate = _ => throw new InvalidOperationException("away");
        (await host.PostAsync("/twilio/call-status", ("CallSid", Sid), ("CallStatus", "completed"))).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_message_status_reaches_the_queue()
    {
        (await host.PostAsync("/twilio/message-status", ("MessageSid", "SM1"), ("MessageStatus", "undelivered"), ("ErrorCode", "30003")))
            .Status.ShouldBe(HttpStatusCode.NoContent);
        (await host.PostAsync("/twilio/message-status", ("MessageSid", "SM2"), ("MessageStatus", "delivered"))).Status.ShouldBe(HttpStatusCode.NoContent);
        (await host.PostAsync("/twilio/message-status", ("MessageSid", "SM3"), ("MessageStatus", "<script>"))).Status.ShouldBe(HttpStatusCode.BadRequest);
        Stores.MessageStatuses.ShouldBe([("SM1", "undelivered", "30003"), ("SM2", "delivered", null)]);
    }

    [Fact]
    public async Task A_webhook_log_that_does_not_answer_does_not_hold_up_the_call()
    {
        Stores.LogGate = stop => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        Verbs(await AskAsync("/twilio/voice", Ringing)).ShouldBe(["Connect"]);
        host.Log.Lines.ShouldContain(line => line.Id == 2214);
        host.Log.Lines.ShouldNotContain(line => line.Id == 2206);
    }

    [Fact]
    public async Task A_gateway_that_stops_lets_a_new_call_ring_and_try_again_and_registers_nothing()
    {
        await host.Registry.DrainAsync(TestContext.Current.CancellationToken);

        var document = await AskAsync("/twilio/voice", Ringing);
        Verbs(document).ShouldBe(["Pause", "Redirect"]);
        document.Element("Redirect")!.Value.ShouldBe("https://voice.example.com/twilio/voice?attempt=1");
        (await AskAsync("/twilio/voice?attempt=5", Ringing)).Element("Redirect")!.Value.ShouldBe("https://voice.example.com/twilio/voice?attempt=6");
        Verbs(await AskAsync("/twilio/voice?attempt=6", Ringing)).ShouldBe(["Say", "Hangup"]);
        Stores.Started.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_call_that_tried_again_is_taken_by_a_gateway_that_does_not_stop()
    {
        var document = await AskAsync("/twilio/voice?attempt=3", Ringing);
        Verbs(document).ShouldBe(["Connect"]);
        document.Element("Connect")!.Attribute("action")!.Value.ShouldBe("https://voice.example.com/twilio/after-stream");
    }

    [Fact]
    public async Task A_gateway_that_stops_has_the_next_stream_of_a_call_opened_elsewhere()
    {
        Stores.Snapshot = Call(CallEndReason.ServerStopping);
        await host.Registry.DrainAsync(TestContext.Current.CancellationToken);

        var document = await AskAsync("/twilio/after-stream", ("CallSid", Sid), ("CallStatus", "in-progress"));
        Verbs(document).ShouldBe(["Pause", "Redirect"]);
        document.Element("Redirect")!.Value.ShouldBe("https://voice.example.com/twilio/after-stream?attempt=1");
        // What needs no stream is not put off.
        Stores.Snapshot = Call(CallEndReason.AgentEnded);
        Verbs(await AskAsync("/twilio/after-stream", ("CallSid", Sid), ("CallStatus", "in-progress"))).ShouldBe(["Hangup"]);
    }

    [Fact]
    public async Task A_stream_that_never_comes_about_is_not_tried_for_ever()
    {
        Stores.Snapshot = Call(null);
        var document = await AskAsync("/twilio/after-stream?attempt=5", ("CallSid", Sid), ("CallStatus", "in-progress"));
        document.Element("Connect")!.Attribute("action")!.Value.ShouldBe("https://voice.example.com/twilio/after-stream?attempt=6");
        Verbs(await AskAsync("/twilio/after-stream?attempt=6", ("CallSid", Sid), ("CallStatus", "in-progress"))).ShouldBe(["Say", "Hangup"]);
    }
}
