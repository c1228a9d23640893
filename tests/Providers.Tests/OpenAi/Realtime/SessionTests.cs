using Parley.Conversation.Agents;
using Parley.Conversation.Providers;
using Parley.Conversation.Sts;
using Parley.Providers.Server.OpenAi;
using Parley.Providers.Server.OpenAi.Realtime;

namespace Parley.Providers.Tests.OpenAi.Realtime;

public sealed class SessionTests
{
    [Fact]
    public async Task A_session_is_told_mu_law_both_ways_the_servers_turn_detection_tools_and_the_past()
    {
        await using var server = await OpenAiServer.StartAsync();
        await using var model = Session.Model(server, o => o.SilenceMs = 400);
        await using var session = Session.Open(model, Session.Options(
            choice: new ProviderChoice { Voices = new Dictionary<string, string> { ["openai-realtime"] = "cedar" } },
            history: [new HistoryEntry(Speaker.Agent, "Hello.", true), new HistoryEntry(Speaker.Caller, "A table.")]));
        await session.UntilAsync<SpeechEvent.Alive>();
        session.Speech.Respond(7, "[It begins.]");
        (await session.UntilAsync<SpeechEvent.AnswerBegan>()).Reply.ShouldBe(7);

        var there = server.RealtimeSessions.Single();
        there.Errors.ShouldBeEmpty();
        var audio = there.Session["audio"]!;
        ((string?)audio["input"]!["format"]!["type"], (string?)audio["output"]!["format"]!["type"]).ShouldBe(("audio/pcmu", "audio/pcmu"));
        audio["input"]!["turn_detection"]!.ToJsonString().ShouldBe(
            """{"type":"server_vad","threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":400,"create_response":true,"interrupt_response":true}""");
        audio["input"]!["transcription"]!.ToJsonString().ShouldBe("""{"model":"gpt-4o-mini-transcribe","language":"en"}""");
        ((string?)audio["output"]!["voice"]).ShouldBe("cedar");
        ((string?)there.Session["tools"]![0]!["name"]).ShouldBe("note");
        there.Received.Select(e => (string?)e["type"]).ShouldBe(
            ["session.update", "conversation.item.create", "conversation.item.create", "conversation.item.create", "response.create"]);
        there.Received.Skip(1).Take(3).Select(e => ((string?)e["item"]!["role"], (string?)e["item"]!["content"]![0]!["text"])).ShouldBe(
            [("assistant", "Hello. [the caller broke in here]"), ("user", "A table."), ("system", "[It begins.]")]);
        server.Requests.Single().Authorization.ShouldBe("Bearer " + server.Key);
    }

    [Fact]
    public async Task Audio_goes_through_byte_by_byte_in_both_directions()
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Answers.Enqueue(new RealtimeScript().Say("Hello there, how can I help you today?"));
        await using var model = Session.Model(server);
        await using var session = Session.Open(model);
        var bytes = Enumerable.Range(0, 4000).Select(i => (byte)(i * 7 % 251)).ToArray();
        for (var at = 0; at < bytes.Length; at += 160)
            session.Speech.Hear(bytes.AsSpan(at, 160));
        session.Speech.Respond(1, "[Go.]");
        await session.UntilAsync<SpeechEvent.AnswerDone>();

        session.Audio.ShouldBe(OpenAiServer.RealtimeAudio("Hello there, how can I help you today?"));
        var there = server.RealtimeSessions.Single();
        await server.Changes.UntilAsync(() => there.Heard.Length == bytes.Length);
        there.Heard.ShouldBe(bytes);
    }

    [Fact]
    public async Task The_servers_turn_events_are_told_without_its_padding_and_its_silence()
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Transcripts.Enqueue("When do you close?");
        server.Answers.Enqueue(new RealtimeScript().Say("At ten."));
        await using var model = Session.Model(server);
        await using var session = Session.Open(model);
        await session.UntilAsync<SpeechEvent.Alive>();
        session.Hear(1000, isLoud: false);
        session.Hear(800, isLoud: true);
        session.Hear(600, isLoud: false);
        var said = await session.UntilAsync<SpeechEvent.CallerSaid>();
        await session.UntilAsync<SpeechEvent.AnswerDone>();

        session.Events.OfType<SpeechEvent.CallerBegan>().Single().AudioMs.ShouldBe(1000);
        var stopped = session.Events.OfType<SpeechEvent.CallerStopped>().Single();
        stopped.AudioMs.ShouldBe(1800);
        said.ShouldBe(new SpeechEvent.CallerSaid(stopped.Item, "When do you close?"));
        session.Events.OfType<SpeechEvent.AnswerBegan>().Single().Reply.ShouldBeNull();
        string.Concat(session.Events.OfType<SpeechEvent.AnswerText>().Select(t => t.Text)).ShouldBe("At ten.");
        session.Events.OfType<SpeechEvent.AnswerAudio>().Distinct().Count().ShouldBe(1, "one event serves all pieces of an item");
        session.Events.OfType<SpeechEvent.AnswerText>().Select(t => t.Item).Distinct().ShouldBe(
            session.Events.OfType<SpeechEvent.AnswerAudio>().Select(a => a.Item).Distinct());
    }

    [Fact]
    public async Task A_caller_who_breaks_in_ends_the_answer_and_the_item_is_cut_to_what_was_heard()
    {
        await using var server = await OpenAiServer.StartAsync();
        var never = new TaskCompletionSource();
        server.Answers.Enqueue(new RealtimeScript().SayHalf("We are open every day from noon until ten.", never.Task));
        await using var model = Session.Model(server);
        await using var session = Session.Open(model);
        session.Speech.Respond(1, "[Go.]");
        var item = (await session.UntilAsync<SpeechEvent.AnswerAudio>()).Item;
        session.Hear(400, isLoud: true);
        await session.UntilAsync<SpeechEvent.CallerBegan>();
        var done = await session.UntilAsync<SpeechEvent.AnswerDone>();
        (done.Response, done.Calls.Count, done.Failure).ShouldBe((item.Response, 0, null), "broken off is no failure");
        session.Speech.Truncate(item, 120);

        var there = server.RealtimeSessions.Single();
        await server.Changes.UntilAsync(() => there.Sent.Contains("conversation.item.truncated"));
        there.Truncated.Single().Ms.ShouldBe(120);
        there.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_server_does_not_take_of_cuts_and_cancels_changes_nothing()
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Answers.Enqueue(new RealtimeScript().Say("Hi."));
        await using var model = Session.Model(server);
        await using var session = Session.Open(model);
        session.Speech.Respond(1, "[Go.]");
        var item = (await session.UntilAsync<SpeechEvent.AnswerAudio>()).Item;
        await session.UntilAsync<SpeechEvent.AnswerDone>();
        session.Speech.Truncate(item, 99_999);
        session.Speech.Truncate(new AnswerItem("resp", "item_nowhere"), 0);
        session.Speech.Cancel("resp_nowhere");
        session.Speech.GiveResult("call_nowhere", "ok");
        var there = server.RealtimeSessions.Single();
        await server.Changes.UntilAsync(() => there.Errors.Count == 4);
        session.Speech.Respond(2, "[Again.]");
        await session.UntilAsync<SpeechEvent.AnswerBegan>(b => b.Reply == 2);

        there.Errors.ShouldBe(["invalid_value", "item_truncate_invalid_item_id", "response_cancel_not_active", "invalid_tool_call_id"]);
        session.Events.OfType<SpeechEvent.Failed>().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_is_asked_for_only_when_none_is_being_made()
    {
        await using var server = await OpenAiServer.StartAsync();
        var goOn = new TaskCompletionSource();
        server.Answers.Enqueue(new RealtimeScript().SayHalf("One moment please.", goOn.Task));
        server.Answers.Enqueue(new RealtimeScript().Say("Second."));
        await using var model = Session.Model(server);
        await using var session = Session.Open(model);
        session.Speech.Respond(1, "[Go.]");
        await session.UntilAsync<SpeechEvent.AnswerAudio>();
        session.Speech.Respond(2, "[And this.]");
        session.Speech.Probe();
        await server.Changes.UntilAsync(() => server.RealtimeSessions.Single().Sent.Count(t => t == "session.updated") == 2);
        session.Events.OfType<SpeechEvent.AnswerBegan>().Count().ShouldBe(1);
        goOn.SetResult();
        await session.UntilAsync<SpeechEvent.AnswerBegan>(b => b.Reply == 2);

        server.RealtimeSessions.Single().Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_that_the_server_began_itself_takes_the_place_of_one_that_was_asked_for()
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Answers.Enqueue(new RealtimeScript().Raw("""{"type":"error","event_id":"e","error":{"type":"invalid_request_error","code":"conversation_already_has_active_response","message":"m","param":null,"event_id":"try_respond_1"}}""").Say("Hi."));
        await using var model = Session.Model(server);
        await using var session = Session.Open(model);
        session.Speech.Respond(1, "[Go.]");
        await session.UntilAsync<SpeechEvent.AnswerDone>();

        session.Events.OfType<SpeechEvent.Failed>().ShouldBeEmpty();
    }

    [Fact]
    public async Task Tools_are_told_whole_and_their_results_taken()
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Answers.Enqueue(new RealtimeScript().Say("One moment.").Call("note", """{"a":1}""").Call("note", "{broken"));
        server.Answers.Enqueue(new RealtimeScript().Say("Done."));
        await using var model = Session.Model(server);
        await using var session = Session.Open(model);
        session.Speech.Respond(1, "[Go.]");
        var done = await session.UntilAsync<SpeechEvent.AnswerDone>();
        done.Calls.Select(c => (c.Name, c.ArgumentsJson)).ShouldBe([("note", """{"a":1}"""), ("note", "{broken")]);
        foreach (var call in done.Calls)
            session.Speech.GiveResult(call.Id, "ok");
        session.Speech.Respond(1, null);
        await session.UntilAsync<SpeechEvent.AnswerDone>(d => d.Response != done.Response);

        server.RealtimeSessions.Single().Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Words_that_were_not_understood_are_told_as_none()
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Transcripts.Enqueue("");
        await using var model = Session.Model(server);
        await using var session = Session.Open(model);
        await session.UntilAsync<SpeechEvent.Alive>();
        session.Hear(300, isLoud: true);
        session.Hear(600, isLoud: false);

        (await session.UntilAsync<SpeechEvent.CallerSaid>()).Text.ShouldBeEmpty();
    }

    [Fact]
    public async Task Tokens_are_counted_by_what_they_hold_and_whether_they_were_kept()
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Transcripts.Enqueue("Hello?");
        await using var model = Session.Model(server);
        var meter = new CallMeter();
        await using var session = Session.Open(model, Session.Options(meter));
        await session.UntilAsync<SpeechEvent.Alive>();
        session.Hear(300, isLoud: true);
        session.Hear(600, isLoud: false);
        await session.UntilAsync<SpeechEvent.CallerSaid>();
        await session.UntilAsync<SpeechEvent.AnswerDone>();

        meter.Totals.ShouldBe(
        [
            new(Capability.Recognise, "openai-realtime", "gpt-4o-mini-transcribe", UsageUnit.OutputTokens, 9),
            new(Capability.Recognise, "openai-realtime", "gpt-4o-mini-transcribe", UsageUnit.InputAudioTokens, 17),
            new(Capability.Think, "openai-realtime", "gpt-realtime", UsageUnit.InputTokens, 59),
            new(Capability.Think, "openai-realtime", "gpt-realtime", UsageUnit.CachedInputTokens, 60),
            new(Capability.Think, "openai-realtime", "gpt-realtime", UsageUnit.OutputTokens, 30),
            new(Capability.Think, "openai-realtime", "gpt-realtime", UsageUnit.Requests, 1),
            new(Capability.Think, "openai-realtime", "gpt-realtime", UsageUnit.InputAudioTokens, 9),
            new(Capability.Think, "openai-realtime", "gpt-realtime", UsageUnit.CachedInputAudioTokens, 4),
            new(Capability.Think, "openai-realtime", "gpt-realtime", UsageUnit.OutputAudioTokens, 91),
        ]);
    }

    [Fact]
    public async Task A_session_opened_while_it_rang_is_taken_by_the_call()
    {
        await using var server = await OpenAiServer.StartAsync();
        await using var model = Session.Model(server);
        await ((IPrewarmed)model).PrewarmAsync(new ExpectedCall("en-US", []), Provider.Now);
        model.Warm.ShouldBe(1);
        await using var session = Session.Open(model);
        await session.UntilAsync<SpeechEvent.Alive>();

        model.Warm.ShouldBe(0);
        server.RealtimeSessions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task One_that_waits_in_vain_is_closed()
    {
        await using var server = await OpenAiServer.StartAsync();
        var clock = new Parley.Tests.Common.Time.ManualClock();
        await using var model = Session.Model(server, o => o.WarmSeconds = 30, clock);
        await ((IPrewarmed)model).PrewarmAsync(new ExpectedCall("en-US", []), Provider.Now);
        clock.Advance(TimeSpan.FromSeconds(31));

        model.Warm.ShouldBe(0);
        await server.Changes.UntilAsync(() => server.RealtimeSessions.SingleOrDefault() is { IsOver: true });
    }
}
