using System.Net.WebSockets;
using Parley.Conversation.Providers;
using Parley.Conversation.Stt;
using Parley.Conversation.Stt.Deepgram;
using Parley.Providers.Server.Deepgram;
using Parley.Tests.Common.Time;

namespace Parley.Providers.Tests.Deepgram;

public sealed class ConnectionTests
{
    private static readonly string[] Words = ["my", "card", "is", "four", "one", "thanks", "table", "for", "two", "please"];

    [Theory]
    [InlineData(100, null, "")]
    [InlineData(900, null, "")]
    [InlineData(1700, WebSocketCloseStatus.InternalServerError, "NET-0000: the service did not answer in time")]
    [InlineData(2500, WebSocketCloseStatus.NormalClosure, "")]
    [InlineData(3700, WebSocketCloseStatus.EndpointUnavailable, "")]
    public async Task A_connection_lost_in_the_middle_of_an_utterance_loses_no_word_and_doubles_none(int afterMs, WebSocketCloseStatus? code, string reason)
    {
        await using var speech = await Speech.StartAsync(
            new DeepgramBehaviour { LongestSegmentMs = 1500 },
            prepare: s => s.NextBehaviours.Enqueue(
                new DeepgramBehaviour { LongestSegmentMs = 1500, LostAfterMs = afterMs, CloseCode = code, CloseReason = reason }));
        speech.Say(Words);
        (await speech.FinalAsync(1)).ShouldBe(new TranscriptEvent(string.Join(' ', Words), IsFinal: true, Request: 1));
        speech.Server.Sessions.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Only_audio_behind_the_last_final_words_is_sent_again()
    {
        await using var speech = await Speech.StartAsync();
        speech.Say("my", "card");
        (await speech.FinalAsync(1)).Text.ShouldBe("my card");
        (await speech.SessionAsync()).Break();
        speech.Say("thanks");
        (await speech.FinalAsync(2)).Text.ShouldBe("my card thanks");
        var second = await speech.SessionAsync(1);
        second.AudioMs.ShouldBe(20 + Speech.WordMs + Speech.GapMs);
    }

    [Fact]
    public async Task Audio_of_a_turn_that_was_taken_is_not_sent_again()
    {
        await using var speech = await Speech.StartAsync(new DeepgramBehaviour { IsSilent = true });
        speech.Say("my", "card");
        var first = await speech.SessionAsync();
        await speech.Server.UntilAsync(() => first.AudioMs == 20 + 2 * (Speech.WordMs + Speech.GapMs));
        speech.Stream.Commit();
        first.Break();
        await speech.Server.UntilAsync(() => first.IsOver);
        speech.Say("thanks");
        var second = await speech.SessionAsync(1);
        await speech.Server.UntilAsync(() => second.AudioMs == 20 + Speech.WordMs + Speech.GapMs);
    }

    [Fact]
    public async Task A_connection_that_breaks_again_and_again_without_a_word_is_given_up()
    {
        await using var speech = await Speech.StartAsync(new DeepgramBehaviour { IsSilent = true, LostAfterMs = 200 });
        speech.Say("my", "card");
        var answer = await speech.FinalAsync(1);
        answer.Error.ShouldNotBeNull().ShouldContain(nameof(ProviderErrorKind.Disconnected));
        speech.Server.Sessions.Count.ShouldBe(3);

        // It stays so: whoever asks again is told at once.
        (await speech.FinalAsync(2)).Error.ShouldBe(answer.Error);
    }

    [Fact]
    public async Task Silence_is_kept_alive_every_four_seconds_and_outlives_the_ten_of_the_server()
    {
        var clock = new ManualClock();
        await using var speech = await Speech.StartAsync(clock: clock);
        var session = await ConnectedAsync(speech);
        for (var i = 1; i <= 8; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(4));
            var count = i;
            await speech.Server.UntilAsync(() => session.KeepAlives == count);
        }

        session.Closed.ShouldBeNull();
        speech.Say("thanks");
        (await speech.FinalAsync(1)).Text.ShouldBe("thanks");
        speech.Server.Sessions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Audio_puts_the_keep_alive_off()
    {
        var clock = new ManualClock();
        await using var speech = await Speech.StartAsync(clock: clock);
        var session = await ConnectedAsync(speech);
        for (var i = 1; i <= 4; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(3.9));
            speech.Pause(20);
            var ms = 40 + 20 * i;
            await speech.Server.UntilAsync(() => session.AudioMs == ms);
        }

        session.KeepAlives.ShouldBe(0);
    }

    [Fact]
    public async Task A_client_that_sends_nothing_is_dropped_with_NET_0001()
    {
        var clock = new ManualClock();
        await using var server = await DeepgramServer.StartAsync(clock);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Token " + DeepgramServer.Key);
        await socket.ConnectAsync(new Uri(server.Address, "/v1/listen?model=nova-3&encoding=mulaw&sample_rate=8000"), CancellationToken.None);
        await server.UntilAsync(() => server.Sessions.Count == 1);
        await socket.SendAsync("""{"type":"KeepAlive"}"""u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        await server.UntilAsync(() => server.Sessions[0].KeepAlives == 1);
        clock.Advance(TimeSpan.FromSeconds(10));
        (await socket.ReceiveAsync(new byte[100], CancellationToken.None)).CloseStatus.ShouldBe(WebSocketCloseStatus.InternalServerError);
        socket.CloseStatusDescription.ShouldNotBeNull().ShouldStartWith("NET-0001");
    }

    [Fact]
    public async Task The_next_call_takes_the_connection_that_was_opened_while_the_telephone_rang()
    {
        var clock = new ManualClock();
        await using var speech = await Speech.StartAsync(clock: clock, open: false);
        await speech.Recogniser.PrewarmAsync(Expected(speech.Call(hints: "Haircut")), CancellationToken.None);
        speech.Recogniser.Warm.ShouldBe(1);
        var session = await speech.SessionAsync();
        clock.Advance(TimeSpan.FromSeconds(4));
        await speech.Server.UntilAsync(() => session.KeepAlives == 1);

        speech.Open(speech.Call(hints: "Haircut"));
        speech.Say("table");
        (await speech.FinalAsync(1)).Text.ShouldBe("table");
        speech.Server.Sessions.Count.ShouldBe(1);
        speech.Recogniser.Warm.ShouldBe(0);
    }

    [Theory]
    [InlineData("es-MX", null)]
    [InlineData("en-US", "nova-2")]
    public async Task The_first_call_of_all_finds_a_connection_in_its_language_and_with_its_model(string language, string? model)
    {
        await using var speech = await Speech.StartAsync(open: false);
        var choice = model is null ? null : new ProviderChoice { Models = new Dictionary<string, string> { ["deepgram"] = model } };
        await speech.Recogniser.PrewarmAsync(new ExpectedCall(language, ["Haircut"], choice), CancellationToken.None);

        speech.Open(new SpeechToTextOptions(language, ["Haircut"], choice));
        speech.Say("table");
        (await speech.FinalAsync(1)).Text.ShouldBe("table");
        speech.Server.Sessions.ShouldHaveSingleItem().Query.ShouldContain("language=" + language);
    }

    [Fact]
    public async Task Waiting_connections_are_bounded_and_closed_when_nobody_takes_them()
    {
        var clock = new ManualClock();
        await using var speech = await Speech.StartAsync(clock: clock, change: o => o.MostWarm = 2, open: false);
        for (var i = 0; i < 4; i++)
            await speech.Recogniser.PrewarmAsync(Expected(speech.Call()), CancellationToken.None);
        speech.Recogniser.Warm.ShouldBe(2);
        clock.Advance(TimeSpan.FromSeconds(30));
        speech.Recogniser.Warm.ShouldBe(0);
        await speech.Server.UntilAsync(() => speech.Server.Sessions.Count == 2 && speech.Server.Sessions.All(s => s.IsOver));
    }

    [Fact]
    public async Task Prewarming_a_provider_that_is_away_disturbs_nobody()
    {
        await using var speech = await Speech.StartAsync(open: false, change: o => o.BaseUrl = new Uri("ws://127.0.0.1:9"));
        await speech.Recogniser.PrewarmAsync(Expected(speech.Call()), CancellationToken.None);
        speech.Recogniser.Warm.ShouldBe(0);
    }

    [Fact]
    public async Task Hints_go_as_the_family_of_the_model_takes_them()
    {
        await using var speech = await Speech.StartAsync(open: false);
        speech.Open(speech.Call(language: "de", hints: ["Dr. Meier", "Men's cut", "Dr. Meier"]));
        (await speech.SessionAsync()).Query.ShouldBe(
            "?model=nova-3&encoding=mulaw&sample_rate=8000&channels=1&interim_results=true&endpointing=300&utterance_end_ms=1000"
            + "&language=de&smart_format=true&keyterm=Dr.%20Meier&keyterm=Men%27s%20cut");
        await speech.Stream.DisposeAsync();

        var choice = new ProviderChoice { Models = new Dictionary<string, string> { ["deepgram"] = "nova-2-phonecall" } };
        speech.Open(speech.Call(choice: choice, hints: ["Dr. Meier", "Men's cut"]));
        (await speech.SessionAsync(1)).Query.ShouldEndWith("&language=en-US&smart_format=true&keywords=Meier%3A1&keywords=Men%27s%3A1");
    }

    // The clock must not move while the connection is being made: that has a deadline, too.
    private static async Task<DeepgramSession> ConnectedAsync(Speech speech)
    {
        speech.Pause(20);
        var session = await speech.SessionAsync();
        await speech.Server.UntilAsync(() => session.AudioMs == 40);
        return session;
    }

    private static ExpectedCall Expected(SpeechToTextOptions call) => new(call.Language, call.Hints, call.Providers);
}
