using Parley.Conversation.Providers;
using Parley.Providers.Server.Azure;
using Parley.Tests.Common.Time;

namespace Parley.Providers.Tests.Azure;

public sealed class RecognitionFailureTests
{
    private const string Sentence = "i would like a table for four people tomorrow evening at seven";
    private const string Text = "I would like a table for four people tomorrow evening at seven.";

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1011)]
    [InlineData(1012)]
    [InlineData(1013)]
    [InlineData(4429)]
    [InlineData(null)]
    public async Task A_connection_lost_in_the_middle_of_a_phrase_costs_no_word(int? code)
    {
        for (var at = 100; at < 2400; at += 550)
        {
            await using var rig = (await AzureRig.StartAsync(Sentence, faults: new AzureFault { AtMs = at, CloseCode = code, Abort = code is null })).Open();
            rig.Say(Sentence);
            (await rig.AskAsync(1)).Text.ShouldBe(Text, $"lost after {at} ms");

            rig.Server.Violations.ShouldBeEmpty();
            rig.Server.Connections.Count.ShouldBe(2);
            rig.Server.Connections.Select(c => c.ConnectionId).Distinct().Count().ShouldBe(1, "support asks for one id a session");
            rig.Server.Connections.SelectMany(c => c.Turns).Select(t => t.RequestId).Distinct().Count()
                .ShouldBe(rig.Server.Connections.Sum(c => c.Turns.Count));
        }
    }

    [Fact]
    public async Task What_a_phrase_has_covered_is_not_sent_again()
    {
        await using var rig = (await AzureRig.StartAsync(Sentence, faults: new AzureFault { AtMs = 1800, CloseCode = 1011 })).Open();
        rig.Say("i would like a table", silenceMs: 400);
        await rig.UntilAsync(e => e.EndOfSpeech);
        rig.Say("for four people");
        (await rig.AskAsync(1)).Text.ShouldBe("I would like a table. For four people.");

        // 1 s of words was covered by the phrase; the pause and the rest were not.
        var again = rig.Server.Connections.Last().Turns.Single().Samples / 8;
        again.ShouldBeInRange(40 + 400 + 720 - 5, 40 + 400 + 720 + 5);
    }

    [Fact]
    public async Task Several_losses_in_a_row_cost_no_word()
    {
        var lost = new AzureFault { AtMs = 700, CloseCode = 1011 };
        await using var rig = (await AzureRig.StartAsync(Sentence, faults: [lost, new AzureFault { UpgradeStatus = 503 }, lost, lost])).Open();
        rig.Say(Sentence);
        (await rig.AskAsync(1)).Text.ShouldBe(Text);
        rig.Server.Connections.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_turn_that_the_service_ends_in_mid_call_goes_on_in_a_new_one_on_the_same_socket()
    {
        await using var rig = (await AzureRig.StartAsync(Sentence, faults: new AzureFault { AtMs = 1000, EndTurn = true })).Open();
        rig.Say("i would like a table for four", silenceMs: 0);
        await AzureRig.UntilAsync(() => rig.Server.Connections.FirstOrDefault()?.Turns.Count == 2);
        rig.Say("people tomorrow evening at seven");
        (await rig.AskAsync(1)).Text.ShouldBe(Text);
        rig.Server.Connections.ShouldHaveSingleItem();
        rig.Server.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_idle_connection_that_the_service_closes_is_opened_again_when_the_caller_speaks()
    {
        await using var rig = (await AzureRig.StartAsync(Sentence)).Open();
        rig.Say("table for four");
        await rig.AskAsync(1);
        rig.Stream.Commit();
        await rig.Server.CloseConnectionsAsync(1000);
        await AzureRig.UntilAsync(() => rig.Server.OpenConnections == 0);
        rig.Say("at seven");
        (await rig.AskAsync(2)).Text.ShouldBe("At seven.");
        rig.Server.Connections.Count.ShouldBe(2);
        rig.Events.ShouldAllBe(e => e.Error == null);
    }

    [Theory]
    [InlineData(401, "key")]
    [InlineData(402, "credit")]
    [InlineData(403, "right")]
    [InlineData(404, "language")]
    [InlineData(400, "refused")]
    public async Task A_refusal_for_good_is_told_at_once_and_not_tried_again(int status, string cause)
    {
        await using var rig = (await AzureRig.StartAsync(Sentence, faults: [new AzureFault { UpgradeStatus = status }])).Open();
        (await rig.UntilAsync(e => e.Error is not null)).Error!.ShouldContain(cause);
        rig.Say("table");
        var final = await rig.AskAsync(1);
        final.Error!.ShouldContain(cause);
        final.Error!.ShouldNotContain(rig.Server.Key);

        rig.Stream.Commit();
        rig.Say("table");
        (await rig.AskAsync(2)).Error.ShouldNotBeNull();
        rig.Server.Connections.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(1007, "Quota exceeded", "quota")]
    [InlineData(1007, "Unsupported language xx", "language")]
    [InlineData(1007, "", "refused")]
    [InlineData(1002, "", "refused")]
    [InlineData(1003, "", "refused")]
    [InlineData(4000, "", "refused")]
    public async Task A_close_for_what_was_sent_is_told_and_not_tried_again(int code, string reason, string cause)
    {
        await using var rig = (await AzureRig.StartAsync(
            Sentence, faults: [new AzureFault { AtMs = 300, CloseCode = code, CloseReason = reason }])).Open();
        rig.Say(Sentence);

        // The close may come before the answer, and be it, or after it.
        await rig.AskAsync(1);
        (await rig.UntilAsync(e => e.Error is not null)).Error!.ShouldContain(cause);
        rig.Server.Connections.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("Error", 5)]
    [InlineData("TooManyRequests", 5)]
    [InlineData("BadRequest", 1)]
    [InlineData("Forbidden", 1)]
    public async Task A_phrase_that_tells_a_failure_ends_the_connection(string status, int connections)
    {
        var fault = new AzureFault { PhraseStatus = status };
        await using var rig = (await AzureRig.StartAsync(Sentence, null, null, fault, fault, fault, fault, fault)).Open();
        rig.Say(Sentence);
        (await rig.AskAsync(1)).Error.ShouldNotBeNull();
        rig.Server.Connections.Count.ShouldBe(connections);
    }

    [Fact]
    public async Task Too_many_sessions_are_tried_again_a_little_later()
    {
        await using var rig = (await AzureRig.StartAsync(Sentence, faults: [new AzureFault { UpgradeStatus = 429 }, new AzureFault { UpgradeStatus = 429 }])).Open();
        rig.Say(Sentence);
        (await rig.AskAsync(1)).Text.ShouldBe(Text);
        rig.Server.Connections.Select(c => c.Status).ShouldBe([429, 429, 101]);
    }

    [Fact]
    public async Task A_service_that_wants_to_be_left_alone_for_long_is()
    {
        await using var rig = (await AzureRig.StartAsync(Sentence, faults: [new AzureFault { UpgradeStatus = 429, RetryAfterSeconds = 30 }])).Open();
        (await rig.UntilAsync(e => e.Error is not null)).Error!.ShouldContain("429");
        rig.Server.Connections.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_service_that_is_down_is_given_up_after_five_tries_and_tried_again_with_the_next_utterance()
    {
        var down = new AzureFault { UpgradeStatus = 503 };
        await using var rig = (await AzureRig.StartAsync(Sentence, null, null, down, down, down, down, down)).Open();
        rig.Say("table");
        (await rig.AskAsync(1)).Error!.ShouldContain("503");
        rig.Server.Connections.Count.ShouldBe(5);

        rig.Stream.Commit();
        rig.Say("at seven");
        (await rig.AskAsync(2)).Text.ShouldBe("At seven.");
    }

    [Fact]
    public async Task Nobody_there_is_told()
    {
        await using var rig = await AzureRig.StartAsync(Sentence, o => o.Retries = 1);
        await rig.Server.DisposeAsync();
        rig.Open();
        (await rig.UntilAsync(e => e.Error is not null)).Error!.ShouldContain("connection");
    }

    [Theory]
    [InlineData("{\"Text\":")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"Text\":{},\"Offset\":\"x\"}")]
    public async Task A_malformed_result_costs_the_connection_and_no_word(string body)
    {
        await using var rig = (await AzureRig.StartAsync(Sentence, faults: new AzureFault { AtMs = 900, HypothesisBody = body })).Open();
        rig.Say(Sentence);
        (await rig.AskAsync(1)).Text.ShouldBe(Text);
        rig.Server.Connections.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_message_without_end_is_not_read_to_its_end()
    {
        var fault = new AzureFault { AtMs = 900, HypothesisBody = "{\"Text\":\"" + new string('x', 300_000) + "\"}" };
        await using var rig = (await AzureRig.StartAsync(Sentence, faults: fault)).Open();
        rig.Say(Sentence);
        (await rig.AskAsync(1)).Error!.ShouldContain("larger");
    }

    [Fact]
    public async Task An_empty_phrase_and_a_late_guess_change_nothing()
    {
        await using var rig = (await AzureRig.StartAsync(
            Sentence, faults: new AzureFault { AtMs = 500, EmptyPhrase = true, StaleHypothesis = true })).Open();
        rig.Say("i would like a table", silenceMs: 800);
        await rig.UntilAsync(e => e.EndOfSpeech);
        rig.Say("for four");
        (await rig.AskAsync(1)).Text.ShouldBe("I would like a table. For four.");
        rig.Events.ShouldNotContain(e => e.Text.Contains("table. i would", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_phrase_in_time_the_best_guess_is_the_answer()
    {
        var clock = new ManualClock();
        await using var rig = (await AzureRig.StartAsync(Sentence, null, clock, new AzureFault { WithholdsPhrases = true })).Open();
        rig.Say(Sentence);
        rig.Stream.RequestFinal(1);
        await rig.UntilAsync(e => e.Text == Sentence);
        rig.Events.ShouldNotContain(e => e.IsFinal);
        clock.Advance(TimeSpan.FromMilliseconds(rig.Options.BestGuessAfterMs));

        // It counts, and says of itself that it is only a guess.
        var guess = rig.Events[^1];
        (guess with { Failure = null }).ShouldBe(new Conversation.Stt.TranscriptEvent(Sentence, true, 1));
        guess.Failure.ShouldNotBeNull().Kind.ShouldBe(ProviderErrorKind.Timeout);
    }

    [Fact]
    public async Task A_service_that_says_nothing_has_failed_at_the_deadline_and_is_left_for_a_new_connection()
    {
        var clock = new ManualClock();
        await using var rig = (await AzureRig.StartAsync(
            Sentence, o => (o.BestGuessAfterMs, o.FinalDeadlineMs) = (700, 2000), clock, new AzureFault { Silent = true })).Open();
        rig.Say(Sentence);
        rig.Stream.RequestFinal(1);
        await AzureRig.UntilAsync(() => rig.Server.Connections.FirstOrDefault()?.Turns.FirstOrDefault()?.IsEnded == true);
        clock.Advance(TimeSpan.FromMilliseconds(1999));
        rig.Events.ShouldBeEmpty();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        rig.Events.ShouldHaveSingleItem().Error!.ShouldContain("no text in time");

        rig.Stream.RequestFinal(2);
        clock.Advance(TimeSpan.FromMilliseconds(3000));
        (await rig.UntilAsync(e => e.Request == 2 && e.Text.Length > 0 || e.Text == Text)).Error.ShouldBeNull();
        rig.Server.Connections.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_hung_connection_attempt_ends_at_its_deadline()
    {
        using var deaf = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        deaf.Start();
        var clock = new ManualClock();
        await using var rig = await AzureRig.StartAsync(
            Sentence, o => (o.Endpoint, o.Retries) = (new Uri($"http://127.0.0.1:{((System.Net.IPEndPoint)deaf.LocalEndpoint).Port}"), 0), clock);
        var before = clock.ActiveTimers;
        rig.Open();
        using var accepted = await deaf.AcceptSocketAsync();
        clock.ActiveTimers.ShouldBeGreaterThan(before);
        clock.Advance(TimeSpan.FromMilliseconds(rig.Options.ConnectTimeoutMs));
        (await rig.UntilAsync(e => e.Error is not null)).Error!.ShouldContain("no answer in time");
    }
}
