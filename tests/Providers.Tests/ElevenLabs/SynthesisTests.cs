using Parley.Conversation.Providers;
using Parley.Conversation.Tts;
using Parley.Conversation.Tts.ElevenLabs;
using Parley.Providers.Server.ElevenLabs;
using Parley.Tests.Common.Time;

namespace Parley.Providers.Tests.ElevenLabs;

public sealed class SynthesisTests
{
    private const string Text = "Guten Tag, was kann ich tun?";

    [Theory]
    [InlineData(1)]
    [InlineData(159)]
    [InlineData(160)]
    [InlineData(161)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public async Task Chunks_of_any_size_become_whole_frames_of_the_same_bytes(int size)
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.Http, new ElevenLabsBehaviour { ChunkBytes = [size, 3 * size + 7] });
        (await voice.SpeakAsync(voice.Request(Text))).Audio.ShouldBe(Voice.Expected(Text));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(161)]
    [InlineData(4000)]
    [InlineData(100_000)]
    public async Task Audio_in_messages_of_any_size_becomes_whole_frames_of_the_same_bytes(int size)
    {
        await using var voice = await Voice.StartAsync(
            ElevenLabsTransport.WebSocket, new ElevenLabsBehaviour { ChunkBytes = [size, 2 * size + 1], SendsFragments = true });

        // The blank that ends the text is spoken, too.
        (await voice.SpeakAsync(voice.Request(Text))).Audio.ShouldBe(Voice.Expected(Text + " "));
    }

    [Fact]
    public async Task The_request_has_text_model_language_and_settings()
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.Http, change: o => (o.Stability, o.Speed) = (0.5, 1.1));
        await voice.SpeakAsync(voice.Request("Sagt \"Hallo\" & <Tschüss>.", language: "de-AT"));
        await voice.SpeakAsync(voice.Request("Hello.", choice: new ProviderChoice
        {
            Models = new Dictionary<string, string> { ["elevenlabs"] = "eleven_multilingual_v2" },
        }));
        using var first = System.Text.Json.JsonDocument.Parse(voice.Server.Requests[0]);
        first.RootElement.GetProperty("text").GetString().ShouldBe("Sagt \"Hallo\" & <Tschüss>.");
        first.RootElement.GetProperty("model_id").GetString().ShouldBe("eleven_flash_v2_5");
        first.RootElement.GetProperty("language_code").GetString().ShouldBe("de");
        first.RootElement.GetProperty("voice_settings").ToString().ShouldBe("""{"stability":0.5,"speed":1.1}""");
        voice.Server.Requests[1].ShouldBe("""{"text":"Hello.","model_id":"eleven_multilingual_v2","voice_settings":{"stability":0.5,"speed":1.1}}""");
    }

    [Theory]
    [InlineData(null, null, ElevenLabsServer.Voice)]
    [InlineData("slt", null, ElevenLabsServer.Voice)]
    [InlineData("21m00Tcm4TlvDq8ikWAM", null, "21m00Tcm4TlvDq8ikWAM")]
    [InlineData("slt", "21m00Tcm4TlvDq8ikWAM", "21m00Tcm4TlvDq8ikWAM")]
    public async Task A_tenants_voice_for_this_provider_is_used_and_names_of_others_are_not(string? requested, string? chosen, string used)
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.WebSocket);
        var choice = chosen is null ? null : new ProviderChoice { Voices = new Dictionary<string, string> { ["elevenlabs"] = chosen } };
        await voice.SpeakAsync(voice.Request("Hallo.", voice: requested, choice: choice));
        voice.Server.Sessions[0].Path.ShouldBe($"/v1/text-to-speech/{used}/stream-input");
        voice.Server.Sessions[0].Query.ShouldBe("?model_id=eleven_flash_v2_5&output_format=ulaw_8000&auto_mode=true&inactivity_timeout=20&language_code=de");
    }

    [Fact]
    public async Task A_session_begins_with_a_blank_flushes_its_text_and_ends_with_an_empty_one()
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.WebSocket, change: o => o.Stability = 0.5);
        await voice.SpeakAsync(voice.Request("Guten Tag. "));
        voice.Server.Sessions[0].Messages.ShouldBe(
            ["""{"text":" ","voice_settings":{"stability":0.5}}""", """{"text":"Guten Tag. ","flush":true}""", """{"text":""}"""]);
    }

    [Fact]
    public async Task Words_are_timed_to_the_ms_where_the_first_message_holds_the_clause()
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.WebSocket, new ElevenLabsBehaviour { ChunkBytes = [100_000] });
        (await voice.SpeakAsync(voice.Request("Ja, um zehn."))).Words.ShouldBe([new WordTiming(3, 150), new WordTiming(6, 300), new WordTiming(12, 600)]);
    }

    [Fact]
    public async Task Words_that_come_later_are_timed_at_the_pace_of_the_first()
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.WebSocket, new ElevenLabsBehaviour { ChunkBytes = [2000] });
        (await voice.SpeakAsync(voice.Request("Ja, um zehn."))).Words.ShouldBe([new WordTiming(3, 150), new WordTiming(6, 300), new WordTiming(12, 600)]);
    }

    [Fact]
    public async Task Without_alignment_there_are_no_timings()
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.WebSocket, new ElevenLabsBehaviour { HasAlignment = false });
        (await voice.SpeakAsync(voice.Request(Text))).Words.ShouldBeNull();
    }

    [Fact]
    public void Chunks_of_an_alignment_count_from_their_own_beginning_and_may_differ_from_the_text()
    {
        var words = new AlignedWords("Um 10 Uhr.");
        words.Add(new CharAlignment([" ", "U", "m", " ", "1"], [0, 10, 20, 30, 40], [10, 10, 10, 10, 10]), 0);
        words.Add(new CharAlignment(["0", " ", "x", "U", "h", "r", "."], [0, 10, 20, 30, 40, 50, 60], [10, 10, 10, 10, 10, 10, 10]), 100);
        words.Add(new CharAlignment(null, null, null), 500);
        words.Complete().ShouldBe([new WordTiming(2, 30), new WordTiming(5, 110), new WordTiming(10, 170)]);
    }

    [Theory]
    [InlineData(ElevenLabsTransport.Http)]
    [InlineData(ElevenLabsTransport.WebSocket)]
    public async Task Characters_are_counted_when_they_are_accepted_and_not_when_they_are_refused(ElevenLabsTransport transport)
    {
        await using var voice = await Voice.StartAsync(transport);
        voice.Server.Refusals.Enqueue(ElevenLabsRefusal.Of(429, "system_busy"));
        await voice.FailAsync();
        voice.Meter.Totals.ShouldBeEmpty();
        await voice.SpeakAsync(voice.Request("Guten Tag."));
        voice.Meter.Totals.ShouldBe(
        [
            new ProviderUsage(Capability.Speak, "elevenlabs", "eleven_flash_v2_5", UsageUnit.Characters, 10),
            new ProviderUsage(Capability.Speak, "elevenlabs", "eleven_flash_v2_5", UsageUnit.Requests, 1),
        ]);
    }

    [Theory]
    [InlineData(ElevenLabsTransport.Http)]
    [InlineData(ElevenLabsTransport.WebSocket)]
    public async Task Cancelling_breaks_the_request_off(ElevenLabsTransport transport)
    {
        await using var voice = await Voice.StartAsync(transport, new ElevenLabsBehaviour { ChunkBytes = [1600], StopsAfterBytes = 1600, Hangs = true });
        using var barge = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var chunk in voice.Synthesiser.SynthesizeAsync(voice.Request(Text), barge.Token))
            {
                chunk.Audio?.Dispose();
                await barge.CancelAsync();
            }
        });
        await voice.Server.UntilAsync(() => transport == ElevenLabsTransport.Http ? voice.Server.Aborted == 1 : voice.Server.Sessions[0].WasDropped);
    }

    [Fact]
    public async Task The_first_clause_takes_the_session_that_was_opened_while_the_telephone_rang()
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.WebSocket);

        // A model that takes no language: nothing is needed to know its address.
        var choice = new ProviderChoice { Models = new Dictionary<string, string> { ["elevenlabs"] = "eleven_multilingual_v2" } };
        await voice.Synthesiser.PrewarmAsync(new ExpectedCall("de-DE", [], choice), CancellationToken.None);
        voice.Synthesiser.Warm.ShouldBe(1);
        await voice.SpeakAsync(voice.Request("Hallo.", choice: choice));
        voice.Server.Sessions[0].Messages.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Ringing_leaves_a_connection_behind_that_the_first_clause_uses()
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.Http);
        await voice.Synthesiser.PrewarmAsync(new ExpectedCall("en-US", []), CancellationToken.None);
        await voice.Synthesiser.PrewarmAsync(new ExpectedCall("en-US", []), CancellationToken.None);
        await voice.SpeakAsync(voice.Request("Hallo."));
        await voice.SpeakAsync(voice.Request("Guten Tag."));
        voice.Server.Probes.ShouldBe(1);
        voice.Server.Connections.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Sessions_that_nobody_takes_are_closed_in_time()
    {
        var clock = new ManualClock();
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.WebSocket, change: o => o.MostConnections = 2, clock: clock);
        for (var i = 0; i < 3; i++)
            await voice.Synthesiser.PrewarmAsync(new ExpectedCall("en-US", []), CancellationToken.None);
        voice.Synthesiser.Warm.ShouldBe(2);
        clock.Advance(TimeSpan.FromSeconds(18));
        voice.Synthesiser.Warm.ShouldBe(0);
        await voice.Server.UntilAsync(() => voice.Server.Sessions.Count == 2 && voice.Server.Sessions.All(s => s.IsOver));
    }

    [Fact]
    public async Task Blanks_are_not_sent()
    {
        await using var voice = await Voice.StartAsync(ElevenLabsTransport.Http);
        (await voice.SpeakAsync(voice.Request("  "))).Chunks.ShouldBe(0);
        voice.Server.Requests.ShouldBeEmpty();
    }
}
