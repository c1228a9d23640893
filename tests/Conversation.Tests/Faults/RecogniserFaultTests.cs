using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Conversation.Stt;
using Parley.Tests.Common.Faults;

namespace Parley.Conversation.Tests.Faults;

/// <summary>Recognisers that are late, silent, wrong, repeat themselves or break.</summary>
[Collection(FaultTests.Name)]
public sealed class RecogniserFaultTests
{
    [Theory]
    [InlineData("delay=500ms", Words.AllKept)]
    [InlineData("delay=1500ms,jitter=500ms", Words.AllKept)]
    [InlineData("delay=4s", Words.SomeLost)]
    [InlineData("duplicate=100%", Words.AllKept)]
    [InlineData("reorder=100%", Words.SomeLost)]
    [InlineData("drop=50%", Words.SomeLost)]
    [InlineData("drop=100%", Words.SomeLost)]
    [InlineData("stall@3s=2s", Words.AllKept)]
    [InlineData("stall@3s=6s", Words.SomeLost)]
    [InlineData("cut@#1", Words.SomeLost)]
    [InlineData("cut@#2", Words.SomeLost)]
    [InlineData("half-open@#1", Words.SomeLost)]
    [InlineData("half-open@#2", Words.SomeLost)]
    [InlineData("corrupt=100%", Words.Changed)]
    [InlineData("delay=200ms,duplicate=50%,reorder=50%,drop=20%,corrupt=20%", Words.Changed)]
    public void A_recognisers_fault_is_survived(string faults, Words words)
    {
        using var call = new FaultyCall().Recogniser(faults);
        call.Invariants.Words = words;
        call.Play();
    }

    [Fact]
    public void A_recogniser_that_falls_silent_is_asked_back_for_what_was_said()
    {
        using var call = new FaultyCall().Recogniser("half-open@#1");
        call.Invariants.Words = Words.SomeLost;
        call.Play();

        call.Rig.Transcript.ShouldContain("agent: I did not catch that.");
    }

    [Fact]
    public void A_final_text_that_comes_after_its_turn_is_nobodys()
    {
        using var call = new FaultyCall().Recogniser("stall@#1=5s");
        call.Invariants.Words = Words.SomeLost;
        call.Play();

        call.Rig.Transcript.Count(line => line.Contains("I want a table.", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public void A_text_that_comes_twice_is_answered_once()
    {
        using var call = new FaultyCall().Recogniser("duplicate=100%");
        call.Play();

        call.Rig.Transcript.ShouldBe(
            [$"agent: {FaultyCall.Greeting}", "caller: I want a table.", $"agent: {FaultyCall.Offer}", "caller: Yes please.", $"agent: {FaultyCall.Goodbye}"]);
    }

    [Fact]
    public void An_error_in_the_middle_of_an_interruption_leaves_the_agent_speaking()
    {
        using var call = new FaultyCall().Recogniser("cut@#2");
        call.Invariants.Words = Words.SomeLost;
        call.Rig.Start();
        call.Listen();
        call.Rig.Say("I want a table.").UntilAgentSpeaks().Wait(800);
        call.Say("No wait stop please.").End();

        call.Rig.Transcript[2].ShouldBe($"agent: {FaultyCall.Offer}");
    }

    [Fact]
    public void Guesses_without_end_neither_hold_the_call_nor_fill_the_memory()
    {
        using var call = new FaultyCall();
        var recogniser = new LooseRecogniser();
        call.Rig.RealRecogniser = recogniser;
        call.Invariants.Words = Words.Changed;
        call.Rig.Start();
        call.Listen();
        call.Rig.Speak("I want a table.").Wait(600);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        call.Rig.Do(() =>
        {
            for (var i = 0; i < 200_000; i++)
                recogniser.Tell(new TranscriptEvent("I want a", false, -1));
            (GC.GetTotalMemory(forceFullCollection: false) - before).ShouldBeLessThan(40_000_000);
        });
        call.Rig.Wait(600);
        recogniser.Answer = "I want a table.";
        call.Listen().End();

        call.Rig.Transcript.ShouldContain($"agent: {FaultyCall.Offer}");
    }

    [Theory]
    [InlineData(10_000)]
    [InlineData(2_000_000)]
    public void A_text_of_any_length_is_cut_to_what_somebody_may_have_said(int length)
    {
        using var call = new FaultyCall();
        call.Rig.RealRecogniser = new LooseRecogniser { Answer = string.Concat(Enumerable.Repeat("I want a table, ", length / 16)) };
        call.Invariants.Words = Words.Changed;
        call.Play();

        call.Rig.Journal.Turns.ShouldAllBe(t => t.HeardText.Length <= 10_000);
        call.Rig.Transcript.ShouldContain($"agent: {FaultyCall.Offer}");
    }

    [Theory]
    [InlineData('\0')]
    [InlineData('\u0007')]
    [InlineData('\ud800')]
    [InlineData('\udc00')]
    public void What_is_no_character_does_not_get_into_the_transcript(char intruder)
    {
        var told = $"I want{intruder}a 🍕 table.";
        using var call = new FaultyCall();
        call.Rig.RealRecogniser = new LooseRecogniser { Answer = told };
        call.Invariants.Words = Words.Changed;
        call.Rig.Start();
        call.Listen().Say("I want a table.").End();

        call.Rig.Transcript[1].ShouldBe("caller: I want a 🍕 table.");
    }

    [Fact]
    public void A_recogniser_that_throws_ends_the_call_in_good_order()
    {
        using var call = new FaultyCall();
        call.Rig.RealRecogniser = new LooseRecogniser { FailWith = new InvalidOperationException("broken") };
        call.Invariants.Words = Words.SomeLost;
        call.Invariants.LoopMayFail = true;
        call.Play();

        call.Rig.Outcome.Reason.ShouldBe(CallEndReason.AgentFailed);
    }

    [Fact]
    public void A_journal_that_throws_ends_the_call_in_good_order()
    {
        using var call = new FaultyCall();
        call.Rig.RealJournal = new BrokenJournal();
        call.Invariants.Words = Words.SomeLost;
        call.Invariants.LoopMayFail = true;
        call.Play();

        call.Rig.Outcome.Reason.ShouldBe(CallEndReason.AgentFailed);
    }

    [Fact]
    public void Marks_that_were_never_sent_change_nothing()
    {
        using var call = new FaultyCall();
        call.Rig.Start().UntilAgentSpeaks().Wait(200);
        foreach (var mark in new[] { "", ".", "1.0", "1.-1.1", "1.-1.1", "1.99.1", "9.0.1", "1.0.99", "x.y.z", "1.0.1.1", "-1.-1.-1", "99999999999.0.1", new string('1', 4000) })
            call.Rig.ReturnMark(mark);
        call.Listen().Say("I want a table.").End();

        call.Rig.Transcript[0].ShouldBe($"agent: {FaultyCall.Greeting}");
        call.Rig.Transcript[2].ShouldBe($"agent: {FaultyCall.Offer}");
    }

    [Fact]
    public void Marks_that_never_come_back_cost_a_moment_and_not_the_call()
    {
        using var call = new FaultyCall();
        call.Rig.Start();
        call.Rig.Carrier.MarkReturned = _ => { };
        call.Play(started: true);

        call.Rig.Outcome.Reason.ShouldBe(CallEndReason.AgentEnded);
        call.Rig.Transcript[^1].ShouldBe($"agent: {FaultyCall.Goodbye}");
    }

    /// <summary>Tells what the test wants, when it wants.</summary>
    private sealed class LooseRecogniser : ISpeechToText, ISpeechToTextStream
    {
        private Action<TranscriptEvent> sink = _ => { };

        public string Name => "loose";

        public string? Answer { get; set; }

        public Exception? FailWith { get; init; }

        public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> told)
        {
            sink = told;
            return this;
        }

        public void Tell(TranscriptEvent transcript) => sink(transcript);

        public void Write(ReadOnlySpan<short> samples)
        {
            if (FailWith is not null)
                throw FailWith;
        }

        public void RequestFinal(int request)
        {
            if (Answer is not null)
                sink(new TranscriptEvent(Answer, true, request));
        }

        public void Commit()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class BrokenJournal : ICallJournal
    {
        public void Write(TurnRecord turn) => throw new IOException("no space left");

        public void Write(CallEnded call) => throw new IOException("no space left");
    }
}
