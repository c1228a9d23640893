using Parley.Conversation.Frames;
using Parley.Conversation.Providers;
using Parley.Conversation.Tts;
using Parley.Conversation.Tts.Azure;
using Parley.Providers.Server.Azure;
using Parley.Tests.Common.Time;

namespace Parley.Providers.Tests.Azure;

public sealed class SynthesisTests
{
    /// <summary>Silence that is left before the first sound.</summary>
    private const int LeadInBytes = 160;

    [Theory]
    [InlineData("en-US", "Your table is booked.", "en-US-JennyNeural")]
    [InlineData("en-ZA", "Your table is booked.", "en-US-JennyNeural")]
    [InlineData("es-ES", "Su mesa está reservada.", "es-ES-ElviraNeural")]
    [InlineData("es-MX", "Su mesa está reservada.", "es-MX-DaliaNeural")]
    [InlineData("he-IL", "השולחן שלך הוזמן.", "he-IL-HilaNeural")]
    [InlineData("ru-RU", "Ваш столик забронирован.", "ru-RU-SvetlanaNeural")]
    public async Task A_clause_is_spoken_in_its_language(string language, string text, string voice)
    {
        await using var rig = await AzureRig.StartAsync();
        using var speaker = rig.Voice();
        (await SpeakAsync(speaker, new SpeechRequest(text, null, language, Meter: rig.Meter))).ShouldBe(Heard(text));

        rig.Server.Syntheses.ShouldHaveSingleItem().ShouldBe(new AzureSynthesis(text, voice, language, null));
        rig.Meter.Totals.ShouldHaveSingleItem().ShouldBe(
            new ProviderUsage(Capability.Speak, "azure", "", UsageUnit.Characters, text.Length));
    }

    [Theory]
    [InlineData("Tom & Jerry's \"Bar\" <b>now</b> 5 > 3", "Tom & Jerry's \"Bar\" <b>now</b> 5 > 3")]
    [InlineData("</voice></speak><voice name='x'>", "</voice></speak><voice name='x'>")]
    [InlineData("]]>&lt;&#0;<![CDATA[x]]>", "]]>&lt;&#0;<![CDATA[x]]>")]
    [InlineData("Schön 🎉👩‍👩‍👧 gut", "Schön 🎉👩‍👩‍👧 gut")]
    [InlineData("שלום, \u200fA & B\u200e!", "שלום, \u200fA & B\u200e!")]
    [InlineData("a\u0000b\u0007c\u001bd\u0085e\u009ff", "abcdef")]
    [InlineData("line\r\nbreak\ttab", "line  break tab")]
    [InlineData("half \ud83d pair\udc00 \ufffe\uffff.", "half  pair .")]
    public async Task Any_text_stays_text(string text, string spoken)
    {
        await using var rig = await AzureRig.StartAsync();
        using var speaker = rig.Voice();
        await SpeakAsync(speaker, new SpeechRequest(text, null, "en-US"));
        rig.Server.Syntheses.Single().Text.ShouldBe(spoken);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \t")]
    [InlineData("\u0001")]
    public async Task Nothing_to_say_is_not_asked_for(string text)
    {
        await using var rig = await AzureRig.StartAsync();
        using var speaker = rig.Voice();
        (await SpeakAsync(speaker, new SpeechRequest(text, null, "en-US"))).ShouldBeEmpty();
        rig.Server.SynthesisConnections.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_meter_counts_characters_not_their_halves()
    {
        await using var rig = await AzureRig.StartAsync();
        using var speaker = rig.Voice();
        await SpeakAsync(speaker, new SpeechRequest("Hi 🎉", null, "en-US", Meter: rig.Meter));
        rig.Meter.Totals.Single().Amount.ShouldBe(4);
    }

    [Fact]
    public async Task The_tenant_s_voice_comes_first_and_another_provider_s_voice_is_none()
    {
        await using var rig = await AzureRig.StartAsync("", o => (o.RatePercent, o.Voices) = (10, new() { ["ru"] = "en-US-GuyNeural" }));
        using var speaker = rig.Voice();
        var choice = new ProviderChoice { Voices = new Dictionary<string, string> { ["azure"] = "en-US-GuyNeural", ["elevenlabs"] = "x" } };
        await SpeakAsync(speaker, new SpeechRequest("One", "slt", "en-US", Providers: choice));
        await SpeakAsync(speaker, new SpeechRequest("Two", "es-ES-ElviraNeural", "en-US"));
        await SpeakAsync(speaker, new SpeechRequest("Three", "slt", "en-US"));
        await SpeakAsync(speaker, new SpeechRequest("Four", null, "ru-RU"));
        rig.Server.Syntheses.Select(s => s.Voice).ShouldBe(["en-US-GuyNeural", "es-ES-ElviraNeural", "en-US-JennyNeural", "en-US-GuyNeural"]);
        rig.Server.Syntheses.ShouldAllBe(s => s.Rate == "+10%");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(159)]
    [InlineData(801)]
    [InlineData(100_000)]
    public async Task Audio_may_come_in_any_pieces(int bytes)
    {
        await using var rig = await AzureRig.StartAsync();
        rig.Server.SynthesisChunkBytes = bytes;
        using var speaker = rig.Voice();
        (await SpeakAsync(speaker, new SpeechRequest("Hello there.", null, "en-US"))).ShouldBe(Heard("Hello there."));
    }

    [Fact]
    public async Task One_connection_serves_one_clause_after_the_other()
    {
        await using var rig = await AzureRig.StartAsync();
        using var speaker = rig.Voice();
        await speaker.PrewarmAsync(new ExpectedCall("en-US", []), CancellationToken.None);
        for (var i = 0; i < 4; i++)
            await SpeakAsync(speaker, new SpeechRequest("Clause.", null, "en-US"));
        rig.Server.SynthesisConnections.Count.ShouldBe(1);
    }

    public static TheoryData<AzureSynthesisFault, ProviderErrorKind> Refusals => new()
    {
        { new() { Status = 400, Body = "Unsupported voice xx" }, ProviderErrorKind.UnknownModel },
        { new() { Status = 400 }, ProviderErrorKind.BadRequest },
        { new() { Status = 401 }, ProviderErrorKind.Unauthorized },
        { new() { Status = 402 }, ProviderErrorKind.QuotaExceeded },
        { new() { Status = 403 }, ProviderErrorKind.Unauthorized },
        { new() { Status = 403, Body = "Out of call volume quota." }, ProviderErrorKind.QuotaExceeded },
        { new() { Status = 404 }, ProviderErrorKind.UnsupportedLanguage },
        { new() { Status = 408 }, ProviderErrorKind.Timeout },
        { new() { Status = 415 }, ProviderErrorKind.BadRequest },
        { new() { Status = 429, RetryAfterSeconds = 7 }, ProviderErrorKind.RateLimited },
        { new() { Status = 500 }, ProviderErrorKind.Unavailable },
        { new() { Status = 502 }, ProviderErrorKind.Unavailable },
        { new() { Status = 503 }, ProviderErrorKind.Unavailable },
        { new() { Status = 302 }, ProviderErrorKind.MalformedAnswer },
        { new() { ContentType = "text/html" }, ProviderErrorKind.MalformedAnswer },
        { new() { CutAfterBytes = 1500 }, ProviderErrorKind.Disconnected },
        { new() { CutAfterBytes = 0 }, ProviderErrorKind.Disconnected },
        { new() { Endless = true }, ProviderErrorKind.TooLarge },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Every_failure_has_its_kind(AzureSynthesisFault fault, ProviderErrorKind kind)
    {
        await using var rig = await AzureRig.StartAsync("", o => o.MaxClauseSeconds = 3);
        rig.Server.SynthesisFaults.Enqueue(fault);
        using var speaker = rig.Voice();
        var error = await Should.ThrowAsync<ProviderException>(() => SpeakAsync(speaker, new SpeechRequest("The caller's secret", null, "en-US")));
        error.Kind.ShouldBe(kind);
        error.Provider.ShouldBe("azure");
        error.RetryAfter.ShouldBe(fault.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        error.ToString().ShouldNotContain("secret");
        error.ToString().ShouldNotContain(rig.Server.Key);

        // The next clause is not harmed.
        (await SpeakAsync(speaker, new SpeechRequest("Next", null, "en-US"))).ShouldBe(Heard("Next"));
    }

    [Fact]
    public async Task A_wrong_key_is_refused()
    {
        await using var rig = await AzureRig.StartAsync("", o => o.Key = new string('f', 32));
        using var speaker = rig.Voice();
        (await Should.ThrowAsync<ProviderException>(() => SpeakAsync(speaker, new SpeechRequest("Hello", null, "en-US"))))
            .Kind.ShouldBe(ProviderErrorKind.Unauthorized);
    }

    [Fact]
    public async Task A_refused_token_and_a_clock_far_off_is_clock_skew()
    {
        await using var rig = await AzureRig.StartAsync("", o => o.UseToken = true);
        rig.Server.SynthesisFaults.Enqueue(new() { Status = 401, Date = TimeProvider.System.GetUtcNow().AddHours(2) });
        rig.Server.SynthesisFaults.Enqueue(new() { Status = 401 });
        using var speaker = rig.Voice();
        var request = new SpeechRequest("Hello", null, "en-US");
        (await Should.ThrowAsync<ProviderException>(() => SpeakAsync(speaker, request))).Kind.ShouldBe(ProviderErrorKind.ClockSkew);
        (await Should.ThrowAsync<ProviderException>(() => SpeakAsync(speaker, request))).Kind.ShouldBe(ProviderErrorKind.Unauthorized);
        (await SpeakAsync(speaker, request)).ShouldBe(Heard("Hello"));
        rig.Server.TokensIssued.ShouldBe(3, "a refused token is not used again");
    }

    [Fact]
    public async Task A_language_without_a_voice_says_which_setting_is_missing()
    {
        await using var rig = await AzureRig.StartAsync();
        using var speaker = rig.Voice();
        var error = await Should.ThrowAsync<ProviderException>(() => SpeakAsync(speaker, new SpeechRequest("Hallå", null, "xx-XX")));
        error.Kind.ShouldBe(ProviderErrorKind.UnsupportedLanguage);
        error.Message.ShouldContain("Providers:Azure:Voices:xx-XX");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2000)]
    public async Task A_voice_that_stalls_has_failed_at_its_deadline(int afterBytes)
    {
        var clock = new ManualClock();
        await using var rig = await AzureRig.StartAsync("", o => (o.FirstSoundMs, o.StallMs) = (3000, 3000), clock);
        rig.Server.SynthesisFaults.Enqueue(new() { StallAfterBytes = afterBytes });
        using var speaker = rig.Voice();
        var bytes = 0;
        var speaking = SpeakAsync(speaker, new SpeechRequest("Hello there.", null, "en-US"), count => Interlocked.Add(ref bytes, count));
        await AzureRig.UntilAsync(() => afterBytes < 0 ? rig.Server.Syntheses.Count == 1
            : Volatile.Read(ref bytes) == afterBytes - AzureSound.LeadInBytes + LeadInBytes);
        speaking.IsCompleted.ShouldBeFalse();
        clock.Advance(TimeSpan.FromMilliseconds(3000));
        (await Should.ThrowAsync<ProviderException>(() => speaking)).Kind.ShouldBe(ProviderErrorKind.Timeout);
    }

    [Fact]
    public async Task Cancelling_stops_the_synthesis_and_is_no_failure_of_the_provider()
    {
        await using var rig = await AzureRig.StartAsync();
        rig.Server.SynthesisFaults.Enqueue(new() { StallAfterBytes = 2000 });
        using var speaker = rig.Voice();
        using var cancelled = new CancellationTokenSource();
        var first = new TaskCompletionSource();
        var speaking = SpeakAsync(speaker, new SpeechRequest("Hello there.", null, "en-US"), _ => first.TrySetResult(), cancelled.Token);
        await first.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => speaking);
    }

    [Fact]
    public void The_trimmer_keeps_what_sounds_and_20_ms_before_it()
    {
        var trimmer = new LeadInTrimmer();
        byte[] audio = [.. Enumerable.Repeat((byte)0xFF, 100), 0x7F, .. Enumerable.Repeat((byte)0xFE, 90), 0x85, 0xFF, 0xFF];
        var heard = new List<byte>();
        foreach (var one in audio)
        {
            var sound = trimmer.Take([one], out var leadIn);
            heard.AddRange(leadIn);
            heard.AddRange(sound);
        }

        heard.ShouldBe(audio[31..]);
    }

    private static byte[] Heard(string text) => AzureSound.Of(text)[(AzureSound.LeadInBytes - LeadInBytes)..];

    private static async Task<byte[]> SpeakAsync(
        AzureTextToSpeech voice, SpeechRequest request, Action<int>? onAudio = null, CancellationToken cancellationToken = default)
    {
        var bytes = new List<byte>();
        await foreach (var chunk in voice.SynthesizeAsync(request, cancellationToken))
        {
            using var audio = chunk.Audio!;
            audio.Format.ShouldBe(AudioFormat.Telephone);
            bytes.AddRange(audio.Bytes);
            onAudio?.Invoke(audio.Bytes.Length);
        }

        return [.. bytes];
    }
}
