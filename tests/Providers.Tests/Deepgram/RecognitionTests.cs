using System.Net.WebSockets;
using Parley.Conversation.Audio;
using Parley.Conversation.Providers;
using Parley.Conversation.Stt;
using Parley.Providers.Server.Deepgram;

namespace Parley.Providers.Tests.Deepgram;

public sealed class RecognitionTests
{
    [Fact]
    public async Task Words_come_while_the_caller_speaks_and_whole_when_asked_for()
    {
        await using var speech = await Speech.StartAsync();
        speech.Say("my", "card", "is");
        await speech.UntilAsync(() => speech.Events.Any(e => e is { IsFinal: false, Text: "my card" }));
        speech.Say("four", "one");
        speech.Pause(100);

        var answer = await speech.FinalAsync(1);
        answer.ShouldBe(new TranscriptEvent("my card is four one", IsFinal: true, Request: 1));
        speech.Events.ShouldAllBe(e => e.Error == null && "my card is four one".StartsWith(e.Text));
    }

    [Fact]
    public async Task Audio_arrives_as_the_very_bytes_that_the_telephone_sent()
    {
        await using var speech = await Speech.StartAsync(new DeepgramBehaviour { IsSilent = true });
        byte[] sent = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        var linear = new short[sent.Length];
        MuLaw.Decode(sent, linear);
        speech.Stream.Write(linear);
        var session = await speech.SessionAsync();
        await speech.Server.UntilAsync(() => session.Audio.Length == sent.Length + 160);

        // Minus zero is the one code without a sample of its own.
        sent[0x7F] = MuLaw.Silence;
        session.Audio[160..].ShouldBe(sent);
    }

    [Fact]
    public async Task A_pause_that_Deepgram_hears_is_evidence_once_also_when_the_end_of_the_utterance_follows()
    {
        await using var speech = await Speech.StartAsync();
        speech.Say("thanks");
        speech.Pause(2000);
        speech.Say("please");
        (await speech.FinalAsync(1)).Text.ShouldBe("thanks please");
        speech.Events.Where(e => e.EndOfSpeech).ShouldHaveSingleItem().Text.ShouldBe("thanks");
    }

    [Fact]
    public async Task Where_noise_hides_pauses_the_gap_between_words_is_the_evidence()
    {
        await using var speech = await Speech.StartAsync(new DeepgramBehaviour { SeesPauses = false });
        speech.Say("thanks");
        speech.Pause(1500);
        await speech.UntilAsync(() => speech.Events.Any(e => e.EndOfSpeech));
        speech.Events.Where(e => e.EndOfSpeech).ShouldHaveSingleItem().ShouldBe(new TranscriptEvent("thanks", false, -1, EndOfSpeech: true));
    }

    [Fact]
    public async Task The_documented_sequence_is_put_together_from_all_final_parts()
    {
        await using var speech = await Speech.StartAsync(new DeepgramBehaviour { IsSilent = true });
        speech.Pause(4000);
        var session = await speech.SessionAsync();
        await speech.Server.UntilAsync(() => session.AudioMs >= 4000);

        await session.SendAsync("""{"type":"SpeechStarted","channel":[0,1],"timestamp":0.02}""");
        await session.SendAsync(Results(0.02, 0.5, "my"));
        await session.SendAsync(Results(0.02, 1.0, "my card"));
        await session.SendAsync(Results(0.02, 1.5, "my card is", isFinal: true));
        await session.SendAsync("""{"type":"SomethingNew","surprise":{"a":[1]}}""");
        await session.SendAsync(Results(1.52, 0.8, "for"));
        await session.SendAsync(Results(1.52, 1.0, "4111", isFinal: true, speechFinal: true));
        await session.SendAsync("""{"type":"UtteranceEnd","channel":[0,1],"last_word_end":2.4}""");
        await session.SendAsync("""{"type":"UtteranceEnd","channel":[0,1],"last_word_end":-1}""");
        await session.SendAsync(Results(2.52, 1.5, "", isFinal: true, speechFinal: true));

        (await speech.FinalAsync(3)).Text.ShouldBe("my card is 4111");
        speech.Events.Select(e => (e.Text, e.EndOfSpeech)).ShouldBe(
            [("my", false), ("my card", false), ("my card is", false), ("my card is for", false), ("my card is 4111", true), ("my card is 4111", false)]);
    }

    [Fact]
    public async Task An_empty_result_with_speech_final_tells_the_end_of_words_that_were_final_before()
    {
        await using var speech = await Speech.StartAsync(new DeepgramBehaviour { IsSilent = true });
        speech.Pause(2000);
        var session = await speech.SessionAsync();
        await speech.Server.UntilAsync(() => session.AudioMs >= 2000);
        await session.SendAsync(Results(0, 1.0, "thanks", isFinal: true));
        await session.SendAsync(Results(1.0, 0.5, "", isFinal: true, speechFinal: true));
        await speech.UntilAsync(() => speech.Events.Any(e => e.EndOfSpeech));
        speech.Events.ShouldBe([new TranscriptEvent("thanks", false, -1), new TranscriptEvent("thanks", false, -1, EndOfSpeech: true)]);
    }

    [Fact]
    public async Task The_end_that_was_asked_for_is_no_evidence()
    {
        await using var speech = await Speech.StartAsync(new DeepgramBehaviour { FinalizeIsSpeechFinal = true });
        speech.Say("table", "for");
        (await speech.FinalAsync(1)).EndOfSpeech.ShouldBeFalse();
        speech.Events.ShouldAllBe(e => !e.EndOfSpeech);
    }

    [Fact]
    public async Task An_unanswered_finalize_is_not_waited_for_longer_than_its_deadline()
    {
        await using var speech = await Speech.StartAsync(new DeepgramBehaviour { AnswersFinalize = false, InterimEveryMs = 100 }, o => o.FinalizeDeadlineMs = 50);
        speech.Say("table", "for", "two");
        await speech.UntilAsync(() => speech.Events.Any(e => e.Text == "table for two"));
        (await speech.FinalAsync(1)).ShouldBe(new TranscriptEvent("table for two", IsFinal: true, Request: 1));
        (await speech.SessionAsync()).Finalizes.ShouldBe(1);
    }

    [Fact]
    public async Task A_recogniser_that_takes_audio_and_stays_silent_is_a_failure_and_not_an_empty_text()
    {
        await using var speech = await Speech.StartAsync(new DeepgramBehaviour { IsSilent = true }, o => o.FinalizeDeadlineMs = 50);
        speech.Say("table");
        var answer = await speech.FinalAsync(1);
        answer.Error.ShouldNotBeNull().ShouldContain(nameof(ProviderErrorKind.Timeout));
        answer.Text.ShouldBe("");
    }

    [Fact]
    public async Task A_recogniser_that_trickles_far_behind_is_a_failure_too()
    {
        await using var speech = await Speech.StartAsync(new DeepgramBehaviour { IsSilent = true }, o => o.FinalizeDeadlineMs = 50);
        speech.Pause(6000);
        var session = await speech.SessionAsync();
        await speech.Server.UntilAsync(() => session.AudioMs >= 6000);
        await session.SendAsync(Results(0.02, 1.0, "my"));
        await speech.UntilAsync(() => speech.Events.Count > 0);
        (await speech.FinalAsync(1)).Error.ShouldNotBeNull().ShouldContain(nameof(ProviderErrorKind.Timeout));
    }

    [Fact]
    public async Task A_newer_question_replaces_the_older_one_and_answers_do_not_mix()
    {
        await using var speech = await Speech.StartAsync();
        speech.Say("table");
        speech.Stream.RequestFinal(1);
        speech.Say("for", "two");
        (await speech.FinalAsync(2)).Text.ShouldBe("table for two");
    }

    [Fact]
    public async Task After_a_commit_nothing_of_the_turn_before_is_heard()
    {
        await using var speech = await Speech.StartAsync();
        speech.Say("my", "card");
        (await speech.FinalAsync(1)).Text.ShouldBe("my card");
        speech.Stream.Commit();
        speech.Say("thanks");
        (await speech.FinalAsync(2)).Text.ShouldBe("thanks");
    }

    [Fact]
    public async Task A_result_over_both_turns_gives_the_next_one_its_own_words_only()
    {
        await using var speech = await Speech.StartAsync(new DeepgramBehaviour { SeesPauses = false });
        speech.Say("my", "card");
        speech.Stream.Commit();
        speech.Say("thanks");
        (await speech.FinalAsync(2)).Text.ShouldBe("thanks");
        speech.Events.ShouldAllBe(e => e.Text == "thanks" || "my card".StartsWith(e.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_said_is_an_empty_text_at_once()
    {
        await using var speech = await Speech.StartAsync();
        (await speech.FinalAsync(1)).ShouldBe(new TranscriptEvent("", IsFinal: true, Request: 1));
    }

    [Fact]
    public async Task Messages_may_come_in_fragments()
    {
        await using var speech = await Speech.StartAsync(new DeepgramBehaviour { SendsFragments = true });
        speech.Say("table", "for", "two", "please");
        (await speech.FinalAsync(1)).Text.ShouldBe("table for two please");
    }

    [Fact]
    public async Task The_stream_is_finished_in_good_order_and_billed_as_Deepgram_counts()
    {
        var speech = await Speech.StartAsync();
        await using (speech)
        {
            speech.Say("table", "for");
            (await speech.FinalAsync(1)).Text.ShouldBe("table for");
        }

        var session = await speech.SessionAsync();
        session.IsFinished.ShouldBeTrue();
        session.Closed.ShouldBe(WebSocketCloseStatus.NormalClosure);
        speech.Meter.Totals.ShouldBe([new ProviderUsage(Capability.Recognise, "deepgram", "nova-3", UsageUnit.AudioMs, session.AudioMs)]);
        session.AudioMs.ShouldBe(20 + 2 * (Speech.WordMs + Speech.GapMs));
    }

    [Fact]
    public async Task What_was_said_while_the_connection_was_being_made_is_not_lost()
    {
        await using var speech = await Speech.StartAsync(open: false);
        speech.Open();
        speech.Say("my", "card", "is", "four", "one");
        (await speech.FinalAsync(1)).Text.ShouldBe("my card is four one");
    }

    internal static string Results(double start, double duration, string text, bool isFinal = false, bool speechFinal = false) =>
        System.Text.Json.JsonSerializer.Serialize(new
        {
            type = "Results",
            channel_index = (int[])[0, 1],
            start,
            duration,
            is_final = isFinal,
            speech_final = speechFinal,
            channel = new { alternatives = new[] { new { transcript = text, confidence = 0.9, words = Array.Empty<object>() } } },
        });
}
