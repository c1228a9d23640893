using Parley.Calling;

namespace Parley.Tests.Calling;

public sealed class TwilioCallTests : IDisposable
{
    private readonly HttpClient http = new();

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task A_call_from_the_first_webhook_to_the_last_follows_the_carriers_protocol()
    {
        await using var server = await FakeParley.StartAsync();
        FakeStream? media = null;
        server.Stream = async stream =>
        {
            media = stream;
            await stream.NextAsync("start");
            await stream.SpeakAsync(200, "greeting");
            await stream.MarkAsync("greeting");
            await stream.HearAsync();
            await stream.SpeakAsync(100, "bye");
            await stream.MarkAsync("bye");
        };

        var outcome = await CallAsync(server, new CallStep { Say = Sounds.Speech(200), Text = "Hello." });

        outcome.End.ShouldBe(CallEnd.Completed);
        outcome.Violations.ShouldBeEmpty();
        var headers = server.StreamHeaders.ShouldNotBeNull();
        headers["User-Agent"].ToString().ShouldBe("Twilio.TmeWs/1.0");
        headers["x-twilio-signature"].ToString().ShouldBe(TwilioSigner.Sign("12345", $"ws://{server.Url.Authority}/twilio/media", []));
        headers.Keys.ShouldNotContain("Sec-WebSocket-Extensions");

        var all = media!.All;
        ((string)all[0]["event"]!).ShouldBe("connected");
        all[0]["streamSid"].ShouldBeNull();
        ((string)all[1]["event"]!).ShouldBe("start");
        ((string)all[1]["start"]!["callSid"]!).ShouldBe(outcome.CallSid);
        ((string)all[1]["start"]!["customParameters"]!["callToken"]!).ShouldBe("t0k&en");
        all.Skip(1).Select(m => (string)m["sequenceNumber"]!).ShouldBe(Enumerable.Range(1, all.Count - 1).Select(n => $"{n}"));
        var frames = all.Where(m => (string?)m["event"] == "media").Select(m => m["media"]!).ToArray();
        frames.Select(m => (string)m["chunk"]!).ShouldBe(Enumerable.Range(1, frames.Length).Select(n => $"{n}"));
        frames.Select(m => (string)m["timestamp"]!).ShouldBe(Enumerable.Range(0, frames.Length).Select(n => $"{n * 20}"));
        frames.ShouldAllBe(m => Convert.FromBase64String((string)m["payload"]!).Length == 160);
        all.ShouldNotContain(m => (string?)m["event"] == "stop", "the server closed, so no stop is sent");

        server.To("/twilio/voice").Single().Form["CallStatus"].ShouldBe("ringing");
        server.To("/twilio/after-stream").Single().Form["CallStatus"].ShouldBe("in-progress");
        server.To("/twilio/stream-status").Select(r => r.Form["StreamEvent"]).ShouldBe(["stream-started", "stream-stopped"]);
        var status = server.To("/twilio/call-status").Single();
        status.Form["CallStatus"].ShouldBe("completed");
        status.Form["SequenceNumber"].ShouldBe("0");
        int.Parse(status.Form["CallDuration"], System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
        server.Requests.ShouldAllBe(r => r.Signature == TwilioSigner.Sign("12345", new Uri(server.Url, r.Path).AbsoluteUri, r.Form));
    }

    [Fact]
    public async Task A_clear_returns_all_outstanding_marks_and_later_audio_plays()
    {
        await using var server = await FakeParley.StartAsync();
        List<string?> order = [];
        server.Stream = async stream =>
        {
            await stream.NextAsync("start");
            await stream.SendAsync("""{"event":"mark","streamSid":"SID","mark":{"name":"empty"}}""");
            await stream.SpeakAsync(60_000, "long");
            await stream.SpeakAsync(60_000, "longer");
            await stream.ClearAsync();
            await stream.ClearAsync();
            await stream.SpeakAsync(40, "after");
            for (var i = 0; i < 4; i++)
                order.Add((string?)(await stream.NextAsync("mark"))?["mark"]!["name"]);
        };

        (await CallAsync(server, new CallStep { Say = Sounds.Speech(20) })).Violations.ShouldBeEmpty();
        order.ShouldBe(["empty", "long", "longer", "after"]);
    }

    [Fact]
    public async Task A_caller_who_hangs_up_sends_stop_closes_normally_and_asks_for_no_more_instructions()
    {
        await using var server = await FakeParley.StartAsync();
        FakeStream? media = null;
        server.Stream = async stream =>
        {
            media = stream;
            await stream.NextAsync("start");
            await stream.SpeakAsync(100, "greeting");
            await stream.NextAsync("nothing");
        };

        var outcome = await CallAsync(server, new CallStep { Press = "4#" }, new CallStep { HangUp = true, Trigger = StepTrigger.Now });

        outcome.End.ShouldBe(CallEnd.CallerHungUp);
        var all = media!.All;
        all.Where(m => (string?)m["event"] == "dtmf").Select(m => (string)m["dtmf"]!["digit"]!).ShouldBe(["4", "#"]);
        ((string)all[^1]["event"]!).ShouldBe("stop");
        media.CloseStatus.ShouldBe(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure);
        server.To("/twilio/after-stream").ShouldBeEmpty();
        server.To("/twilio/call-status").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Breaches_of_the_protocol_are_counted_and_the_call_goes_on()
    {
        await using var server = await FakeParley.StartAsync();
        server.Stream = async stream =>
        {
            await stream.NextAsync("start");
            await stream.SendAsync("{}", System.Net.WebSockets.WebSocketMessageType.Binary);
            await stream.SendAsync("not json");
            await stream.SendAsync("""{"event":"media","streamSid":"MZother","media":{"payload":"/w=="}}""");
            await stream.SendAsync("""{"event":"media","streamSid":"SID","media":{"payload":"***"}}""");
            await stream.SendAsync("""{"event":"dance","streamSid":"SID"}""");
            await stream.SendAsync("[]");
            await stream.SendAsync("""{"event":"media","streamSid":"SID","media":{"payload":"/w=="}}""");
            await stream.SpeakAsync(20, "still-here");
            await stream.MarkAsync("still-here");
        };

        var outcome = await CallAsync(server, new CallStep { Say = Sounds.Speech(20) });

        outcome.End.ShouldBe(CallEnd.Completed);
        outcome.Violations.Select(v => v.Code).ShouldBe([31950, 31951, 31951, 31951, 31951, 31951, null]);
    }

    [Fact]
    public async Task A_transfer_is_dialed_and_its_outcome_posted()
    {
        await using var server = await FakeParley.StartAsync();
        server.Twiml["/twilio/voice"] = """
            <Response><Say>One moment.</Say><Dial action="/twilio/dial-done"><Number>+12125550199</Number></Dial></Response>
            """;
        server.Twiml["/twilio/dial-done"] = "<Response><Redirect>/twilio/last</Redirect></Response>";
        server.Twiml["/twilio/last"] = "<Response/>";

        var outcome = await CallAsync(server, new CallStep { HangUp = true });

        outcome.TransferTo.ShouldBe("+12125550199");
        outcome.End.ShouldBe(CallEnd.Completed);
        var done = server.To("/twilio/dial-done").Single().Form;
        done["DialCallStatus"].ShouldBe("no-answer");
        done["DialBridged"].ShouldBe("false");
        server.To("/twilio/last").ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("<Response>", "text/xml", "XML")]
    [InlineData("<Other/>", "text/xml", "Response")]
    [InlineData("<Response/>", "text/plain", "text/xml")]
    [InlineData("<Response><Connect><Stream url=\"ws://voice.example.com/m\"/></Connect></Response>", "text/xml", "31922")]
    [InlineData("<Response><Redirect>/twilio/voice</Redirect></Response>", "text/xml", "20")]
    public async Task An_answer_the_carrier_cannot_use_fails_the_call(string twiml, string type, string why)
    {
        await using var server = await FakeParley.StartAsync();
        server.Twiml["/twilio/voice"] = twiml;
        server.ContentType = type;
        (await Should.ThrowAsync<CallFailedException>(CallAsync(server, new CallStep { HangUp = true }))).Message.ShouldContain(why);
    }

    [Fact]
    public async Task A_stream_that_cannot_be_opened_is_a_violation_and_the_call_goes_on()
    {
        await using var server = await FakeParley.StartAsync();
        server.Twiml["/twilio/voice"] = """
            <Response><Connect action="/twilio/after-stream"><Stream url="ws://HOST/nowhere"/></Connect></Response>
            """;
        var outcome = await CallAsync(server, new CallStep { HangUp = true });
        outcome.Violations.Select(v => v.Code).ShouldBe([31920]);
        server.To("/twilio/after-stream").ShouldHaveSingleItem();
    }

    private async Task<CallOutcome> CallAsync(FakeParley server, params CallStep[] steps)
    {
        var script = new CallScript { Name = "t", From = "+14155550123", To = "+12125550101", Steps = steps };
        var options = new TwilioCallOptions
        {
            Server = server.Url, AuthToken = "12345", From = script.From, To = script.To, DialStatus = "no-answer",
        };
        return await new TwilioCall(options, http, TimeProvider.System).RunAsync(new ScriptedCaller(script), CancellationToken.None);
    }
}
