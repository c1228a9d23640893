using System.Runtime.CompilerServices;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Tests.Faults;

/// <summary>Synthesisers that stall, trickle, fail, say nothing or never stop, at every moment of a call.</summary>
[Collection(FaultTests.Name)]
public sealed class VoiceFaultTests
{
    // Until a voice that is dead is given up: an answer twice, and three apologies.
    private const int DeadVoiceMs = 16_000;

    private static readonly string[] Faults =
    [
        "cut@#1", "cut@#3", "half-open@#1", "half-open@#3", "delay=700ms", "delay=5s", "stall@#3=700ms", "stall@#3=3s", "jitter=600ms", "drop=100%",
        "drop=30%", "duplicate=50%", "reorder=50%", "corrupt=100%",
    ];

    private static readonly Dictionary<string, Func<SpeechRequest, bool>> Moments = new()
    {
        ["greeting"] = request => FaultyCall.Greeting.Contains(request.Text, StringComparison.Ordinal),
        ["first clause"] = request => request.Text.StartsWith("We have a table", StringComparison.Ordinal),
        ["later clause"] = request => request.Text.StartsWith("It is by", StringComparison.Ordinal),
        ["goodbye"] = request => request.Text.StartsWith("Goodbye", StringComparison.Ordinal),
        ["everywhere"] = _ => true,
    };

    public static MatrixTheoryData<string, string> Cases => new(Faults, Moments.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_voices_fault_is_survived(string faults, string moment)
    {
        using var call = new FaultyCall().Voice(faults, Moments[moment]);
        if (moment == "everywhere")
            call.Invariants.DeadAirMs = DeadVoiceMs;
        call.Play();
    }

    [Fact]
    public void A_voice_that_hangs_in_a_later_clause_is_asked_again_and_the_answer_is_whole()
    {
        var hung = false;
        using var call = new FaultyCall().Voice("half-open@#1", request => Moments["later clause"](request) && !hung && (hung = true));
        call.Invariants.DeadAirMs = 4500;
        call.Play();

        call.Rig.Transcript[2].ShouldBe($"agent: {FaultyCall.Offer}");
    }

    [Fact]
    public void Words_that_were_never_spoken_are_not_in_the_transcript()
    {
        using var call = new FaultyCall().Voice("cut@#1", Moments["later clause"]);
        call.Play();

        call.Rig.Transcript[2].ShouldBe("agent: We have a table at seven.");
    }

    [Fact]
    public void A_voice_that_never_makes_a_sound_ends_the_call()
    {
        using var call = new FaultyCall().Voice("drop=100%");
        call.Invariants.DeadAirMs = DeadVoiceMs;
        call.Play();

        call.Rig.Outcome.Reason.ShouldBe(CallEndReason.AgentFailed);
        call.Rig.NowMs.ShouldBeLessThan(DeadVoiceMs);
    }

    [Fact]
    public void A_caller_who_interrupts_a_stalled_voice_is_answered()
    {
        using var call = new FaultyCall().Voice("half-open@#3", Moments["first clause"]);
        call.Rig.Start();
        call.Listen();
        call.Rig.Say("I want a table.").UntilAgentSpeaks().Wait(700);
        call.Say("No wait yes please.").End();

        call.Rig.Transcript[^1].ShouldBe($"agent: {FaultyCall.Goodbye}");
    }

    [Fact]
    public void A_voice_that_fails_while_the_caller_interrupts_costs_no_turn()
    {
        using var call = new FaultyCall().Voice("cut@#5", Moments["first clause"]);
        call.Rig.Start();
        call.Listen();
        call.Rig.Say("I want a table.").UntilAgentSpeaks().Wait(300);
        call.Say("No wait yes please.").End();

        call.Rig.Transcript[^1].ShouldBe($"agent: {FaultyCall.Goodbye}");
    }

    [Theory]
    [InlineData(4000)]
    [InlineData(0)]
    public void A_voice_that_never_stops_is_stopped(short level)
    {
        using var call = new FaultyCall();
        call.Rig.Options.MaxCallSeconds = 120;
        call.Rig.RealVoice = new OddVoice(_ => Enumerable.Range(0, int.MaxValue).Select(_ => Tone(level, 100)));
        call.Rig.Start().Until(() => call.Rig.IsOver, 240_000);
        call.End();
    }

    [Fact]
    public void Word_timings_that_are_wrong_do_not_spoil_what_was_heard()
    {
        using var call = new FaultyCall();
        call.Rig.RealVoice = new OddVoice(text =>
        [
            new SpeechChunk(null, [new WordTiming(5000, -7), new WordTiming(-3, 90_000), new WordTiming(2, int.MaxValue), new WordTiming(int.MaxValue, 0)]),
            .. Enumerable.Range(0, 10).Select(_ => Tone(4000, 100)),
        ]);
        call.Rig.Start();
        call.Listen();
        call.Rig.Say("I want a table.").UntilAgentSpeaks().Wait(700);
        call.Say("No wait yes please.").End();
    }

    [Fact]
    public void A_voice_in_a_format_that_no_telephone_takes_fails_like_any_other()
    {
        using var call = new FaultyCall();
        call.Rig.RealVoice = new OddVoice(_ => [new SpeechChunk(AudioFrame.Rent(new AudioFormat(AudioEncoding.MuLaw, 16_000), 320))]);
        call.Play();

        call.Rig.Outcome.Reason.ShouldBe(CallEndReason.AgentFailed);
    }

    [Fact]
    public void Frames_without_samples_are_passed_over()
    {
        using var call = new FaultyCall();
        call.Rig.RealVoice = new OddVoice(_ => [Tone(0, 0), Tone(4000, 0), Tone(4000, 600), Tone(4000, 0)]);
        call.Play();

        call.Rig.Outcome.Reason.ShouldBe(CallEndReason.AgentEnded);
    }

    private static SpeechChunk Tone(short level, int ms)
    {
        var frame = AudioFrame.Rent(AudioFormat.Pcm8K, ms * 16);
        frame.Samples.Fill(level);
        return new SpeechChunk(frame);
    }

    /// <summary>Speaks what the test gives it, all at once.</summary>
    private sealed class OddVoice(Func<string, IEnumerable<SpeechChunk>> chunks) : ITextToSpeech
    {
        public string Name => "odd";

        public async IAsyncEnumerable<SpeechChunk> SynthesizeAsync(
            SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            foreach (var chunk in chunks(request.Text))
            {
                if (cancellationToken.IsCancellationRequested)
                    chunk.Audio?.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
                yield return chunk;
            }
        }
    }
}
