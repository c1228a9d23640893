using Parley.Conversation.Agents;
using Parley.Conversation.Faults;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Providers;
using Parley.Conversation.Stt;
using Parley.Conversation.Tts;
using Parley.Tests.Common.Calls;

namespace Parley.Conversation.Tests.Providers;

/// <summary>Whole calls in which providers die: the caller notices nothing.</summary>
public sealed class FallbackCallTests
{
    private const string Offer = "We have a table at seven o'clock by the window in the garden.";

    [Theory]
    [InlineData(Fault.RefusesToOpen)]
    [InlineData(Fault.ErrorWhileSpeaking)]
    [InlineData(Fault.ErrorOnRequest)]
    [InlineData(Fault.Silent)]
    [InlineData(Fault.Trickles)]
    [InlineData(Fault.Late)]
    public void A_recogniser_that_dies_in_the_middle_of_a_call_costs_no_word_and_no_holding_phrase(Fault fault)
    {
        using var rig = new CallRig();
        var parts = new ChainParts { Clock = rig.Clock };
        var first = new HearingRecogniser(rig.Clock, rig.Said);
        var second = new HearingRecogniser(rig.Clock, rig.Said);
        rig.RealRecogniser = new FallbackSpeechToText(parts.Chain<ISpeechToText>(Capability.Recognise, ("deepgram", first), (ProviderNames.Embedded, second)));
        rig.Start().UntilAgentDone();
        if (fault == Fault.RefusesToOpen)
            first.Streams.Single().Fail(-1);
        first.Fault = fault;
        rig.Say("Do you have a table for two?");
        var asked = rig.NowMs;
        rig.UntilAgentSpeaks();

        (rig.NowMs - asked).ShouldBeLessThan(rig.Options.HoldPhraseAfterMs);
        rig.Until(() => rig.Transcript.Count == 3).Say("That is all, thank you.").UntilAgentDone().HangUp();
        rig.Transcript.ShouldBe(
        [
            "agent: Hello there.", "caller: Do you have a table for two?", "agent: You said Do you have a table for two?.",
            "caller: That is all, thank you.", "agent: You said That is all, thank you.",
        ]);
        rig.Errors.Lines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("stall@#2=60s", true)]
    [InlineData("stall@#2=60s", false)]
    [InlineData("cut@#2", true)]
    [InlineData("cut@#3", true)]
    [InlineData("cut@#2", false)]
    [InlineData("stall@#1=60s", true)]
    [InlineData("cut@#1", true)]
    public void A_voice_that_dies_in_the_middle_of_a_clause_is_followed_by_another_in_the_same_turn(string fault, bool tellsWords)
    {
        using var rig = new CallRig();
        var parts = new ChainParts { Clock = rig.Clock };
        var first = new ScriptedVoice(rig.Clock) { TellsWords = tellsWords, ChunkDelay = TimeSpan.FromMilliseconds(40) };
        var second = new ScriptedVoice(rig.Clock);
        var faulty = new FaultyTextToSpeech(first, FaultPlan.Parse(fault), rig.Clock, r => r.Text == Offer);
        rig.RealVoice = new FallbackTextToSpeech(parts.Chain<ITextToSpeech>(Capability.Speak, ("elevenlabs", faulty), (ProviderNames.Embedded, second)));
        rig.Agent.Answer = r => [new AgentEvent.Say(r.Trigger is AgentTrigger.CallStarted ? "Hello there." : Offer)];
        rig.Start().UntilAgentDone().Say("A table please.").UntilAgentDone().Wait(500).Say("Thanks.").UntilAgentDone().HangUp();

        rig.Transcript.ShouldBe(["agent: Hello there.", "caller: A table please.", $"agent: {Offer}", "caller: Thanks.", $"agent: {Offer}"]);
        rig.Journal.Turns.Count.ShouldBe(5);
        second.Spoken[0].ShouldSatisfyAllConditions(s => Offer.ShouldEndWith(s), s => s.ShouldNotBeEmpty());
        second.Spoken[1].ShouldBe(Offer);
        rig.LongestSilenceMs.ShouldBeLessThan(2500);
        rig.Errors.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void What_a_call_used_is_written_down_with_its_end()
    {
        using var rig = new CallRig();
        rig.RealVoice = new CountingVoice(rig.Voice);
        rig.Start().UntilAgentDone().HangUp();
        rig.Until(() => rig.IsOver);

        rig.Journal.Ends.ShouldHaveSingleItem().Usage.ShouldBe([new ProviderUsage(Capability.Speak, "elevenlabs", "flash", UsageUnit.Characters, 12)]);
    }

    private sealed class CountingVoice(ITextToSpeech inner) : ITextToSpeech
    {
        public string Name => inner.Name;

        public IAsyncEnumerable<SpeechChunk> SynthesizeAsync(SpeechRequest request, CancellationToken cancellationToken)
        {
            request.Meter!.Add(Capability.Speak, "elevenlabs", "flash", UsageUnit.Characters, request.Text.Length);
            return inner.SynthesizeAsync(request, cancellationToken);
        }
    }
}
