using System.Text.Json;
using Parley.Conversation.Providers;
using Parley.Providers.Server.Azure;

namespace Parley.Providers.Tests.Azure;

public sealed class RecognitionTests
{
    private const string English = "i would like a table for four people tomorrow evening at seven";

    public static TheoryData<string, string, string> Languages => new()
    {
        { "en-US", English, "I would like a table for four people tomorrow evening at seven." },
        { "es-ES", "quisiera una mesa para cuatro mañana", "Quisiera una mesa para cuatro mañana." },
        { "he-IL", "אני רוצה שולחן לארבעה מחר", "אני רוצה שולחן לארבעה מחר." },
        { "ru-RU", "я хочу столик на четверых завтра", "Я хочу столик на четверых завтра." },
    };

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task Speech_becomes_text_with_guesses_on_the_way(string language, string sentence, string text)
    {
        await using var rig = (await AzureRig.StartAsync(sentence)).Open(language, null, "Parley's \"Grill\"", "  ", "שולחן");
        rig.Say(sentence);

        var final = await rig.AskAsync(1);

        final.Text.ShouldBe(text);
        final.Error.ShouldBeNull();
        var guesses = rig.Events.Where(e => !e.IsFinal).Select(e => e.Text).ToArray();
        guesses.ShouldNotBeEmpty();
        guesses.ShouldAllBe(g => sentence.StartsWith(g, StringComparison.Ordinal));

        rig.Server.Violations.ShouldBeEmpty();
        var connection = rig.Server.Connections.ShouldHaveSingleItem();
        connection.Query["language"].ShouldBe(language);
        connection.Query.Keys.ShouldNotContain("Ocp-Apim-Subscription-Key", "keys in addresses end up in logs");
        using var context = JsonDocument.Parse(connection.Turns.Single().Context);
        context.RootElement.GetProperty("dgi").GetProperty("groups")[0].GetProperty("items").EnumerateArray()
            .Select(i => i.GetProperty("text").GetString()).ShouldBe(["Parley's \"Grill\"", "שולחן"]);
    }

    [Fact]
    public async Task The_meter_counts_the_audio_that_was_sent()
    {
        await using var rig = (await AzureRig.StartAsync(English)).Open();
        rig.Say("table for four", silenceMs: 120);
        await rig.AskAsync(1);

        rig.Meter.Totals.ShouldHaveSingleItem().ShouldBe(new ProviderUsage(Capability.Recognise, "azure", "", UsageUnit.AudioMs, 3 * 200 + 120));
    }

    [Fact]
    public async Task A_caller_who_goes_on_after_a_pause_is_heard_as_one()
    {
        await using var rig = (await AzureRig.StartAsync(English)).Open();
        rig.Say("table for four");
        (await rig.AskAsync(1)).Text.ShouldBe("Table for four.");
        rig.Say("tomorrow evening");
        (await rig.AskAsync(2)).Text.ShouldBe("Table for four. Tomorrow evening.");

        var connection = rig.Server.Connections.ShouldHaveSingleItem();
        connection.Turns.Count.ShouldBe(2);
        rig.Server.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_next_utterance_begins_with_nothing_of_the_last()
    {
        await using var rig = (await AzureRig.StartAsync(English)).Open();
        rig.Say("table for four");
        await rig.AskAsync(1);
        rig.Stream.Commit();
        rig.Say("at seven");
        (await rig.AskAsync(2)).Text.ShouldBe("At seven.");
        rig.Server.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_dismissed_without_a_question_is_not_heard_again()
    {
        await using var rig = (await AzureRig.StartAsync(English)).Open();
        rig.Say("table for four");
        await rig.UntilAsync(e => e.Text.Length > 0);
        rig.Stream.Commit();
        rig.Say("at seven");
        (await rig.AskAsync(2)).Text.ShouldBe("At seven.");
        rig.Server.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_newer_question_replaces_an_older_one()
    {
        await using var rig = (await AzureRig.StartAsync(English)).Open();
        rig.Say("table");
        rig.Stream.RequestFinal(1);
        rig.Say("for four");
        (await rig.AskAsync(2)).Text.ShouldBe("Table. For four.");
        rig.Events.Count(e => e.IsFinal).ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task Nothing_said_is_answered_with_nothing_at_once()
    {
        await using var rig = (await AzureRig.StartAsync(English)).Open();
        rig.Stream.RequestFinal(1);
        rig.Events.ShouldHaveSingleItem().ShouldBe(new Conversation.Stt.TranscriptEvent("", true, 1));
    }

    [Fact]
    public async Task Noise_without_words_is_no_text_and_no_error()
    {
        await using var rig = (await AzureRig.StartAsync(English)).Open();
        var noise = new short[3200];
        for (var i = 0; i < noise.Length; i++)
            noise[i] = (short)(i * 7919 % 4001 - 2000);
        rig.Stream.Write(noise);
        rig.Stream.Write(new short[960]);
        var final = await rig.AskAsync(1);
        final.Text.ShouldBe("");
        final.Error.ShouldBeNull();
    }

    [Fact]
    public async Task The_silence_of_a_pause_opens_no_turn()
    {
        await using var rig = (await AzureRig.StartAsync(English)).Open();
        rig.Say("table for four");
        await rig.AskAsync(1);
        for (var i = 0; i < 50; i++)
            rig.Stream.Write(new short[160]);
        rig.Stream.Commit();
        rig.Say("at seven");
        await rig.AskAsync(2);

        rig.Server.Connections.Single().Turns.Count.ShouldBe(2);
        rig.Meter.Totals.Single().Amount.ShouldBe(5 * 200 + 2 * 120);
    }

    [Fact]
    public async Task The_service_s_own_end_of_speech_is_passed_on_as_evidence()
    {
        await using var rig = (await AzureRig.StartAsync(English)).Open();
        rig.Say("table for four", silenceMs: 800);
        (await rig.UntilAsync(e => e.EndOfSpeech)).Text.ShouldBe("Table for four.");
        (await rig.AskAsync(1)).Text.ShouldBe("Table for four.");
    }

    [Fact]
    public async Task A_question_while_the_caller_speaks_does_not_cut_the_word()
    {
        await using var rig = (await AzureRig.StartAsync(English)).Open();
        rig.Stream.Write(new short[2560]);
        rig.Say("table for", silenceMs: 0);
        var four = rig.Server.Vocabulary!.Speak("four");
        rig.Stream.Write(four.AsSpan(0, 700));
        rig.Stream.RequestFinal(1);
        rig.Stream.Write(four.AsSpan(700));
        rig.Say("people");
        (await rig.AskAsync(2)).Text.ShouldBe("Table for four people.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(161)]
    [InlineData(4001)]
    [InlineData(50_000)]
    public async Task Audio_may_come_in_any_pieces(int frame)
    {
        await using var rig = (await AzureRig.StartAsync(English)).Open();
        rig.Say(English, frame: frame);
        (await rig.AskAsync(1)).Text.ShouldBe("I would like a table for four people tomorrow evening at seven.");
        rig.Server.Violations.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    public async Task Messages_may_trickle_in(int frameBytes)
    {
        await using var rig = (await AzureRig.StartAsync(English, faults: new AzureFault { FrameBytes = frameBytes })).Open();
        rig.Say(English);
        (await rig.AskAsync(1)).Text.ShouldBe("I would like a table for four people tomorrow evening at seven.");
    }

    [Fact]
    public async Task Mu_law_goes_untouched_when_it_is_wanted()
    {
        await using var rig = (await AzureRig.StartAsync(English, o => o.MuLaw = true)).Open();
        rig.Say(English);
        (await rig.AskAsync(1)).Text.ShouldBe("I would like a table for four people tomorrow evening at seven.");
        rig.Server.Connections.Single().Turns.Single().FormatTag.ShouldBe(7);
        rig.Server.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_custom_model_takes_the_place_of_the_language()
    {
        var choice = new ProviderChoice { Models = new Dictionary<string, string> { ["azure"] = "5c0a/1" } };
        await using var rig = (await AzureRig.StartAsync(English)).Open("en-US", choice);
        rig.Say("table");
        (await rig.AskAsync(1)).Text.ShouldBe("Table.");
        rig.Server.Connections.Single().Query["cid"].ShouldBe("5c0a/1");
    }

    [Fact]
    public async Task A_scripted_text_is_heard_in_any_audio()
    {
        await using var rig = (await AzureRig.StartAsync(English)).Open();
        rig.Server.Script.Enqueue("Do you have parking?");
        rig.Say(English);
        (await rig.AskAsync(1)).Text.ShouldBe("Do you have parking?");
        rig.Events[0].Text.ShouldBe("do");
    }

    [Fact]
    public async Task Nothing_is_told_after_disposal()
    {
        await using var rig = (await AzureRig.StartAsync(English)).Open();
        rig.Say(English);
        rig.Stream.RequestFinal(1);
        await rig.Stream.DisposeAsync();
        var told = rig.Events.Count;
        await AzureRig.UntilAsync(() => rig.Server.OpenConnections == 0 || rig.Recogniser.IdleConnections == 1);
        rig.Events.Count.ShouldBe(told);
        Should.Throw<ObjectDisposedException>(() => rig.Stream.RequestFinal(2));
    }
}
