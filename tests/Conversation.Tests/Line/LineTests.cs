using Parley.Conversation.Agents;
using Parley.Conversation.Audio;
using Parley.Conversation.Tests.Native;
using Parley.Tests.Common.Calls;

namespace Parley.Conversation.Tests.Line;

/// <summary>
/// What a telephone line brings while the agent speaks: real sounds, heard by the real detector and recogniser, on a manual clock.
/// </summary>
public sealed class LineTests(LineSounds sounds) : IClassFixture<LineSounds>
{
    public const string Story = "We are open every day from noon until ten in the evening. On Fridays and Saturdays we close at eleven at night.";
    private const int EchoDelayMs = 160;

    [Fact]
    public void The_agents_own_echo_20_dB_down_does_not_stop_it() => Undisturbed((call, _) => Echo(call, -20));

    [Fact]
    public void Line_noise_does_not_stop_the_agent() => Undisturbed((_, nowMs) => At(TestSpeech.Noise(160_000, -40), nowMs));

    [Theory]
    [InlineData(200)]
    [InlineData(700)]
    public void A_burst_of_noise_does_not_stop_the_agent(int ms) =>
        Undisturbed((_, nowMs) => At(Late(TestSpeech.Noise(ms * 8, -20)), nowMs));

    [Fact]
    public void A_cough_does_not_stop_the_agent() => Undisturbed((_, nowMs) => At(Late(Cough()), nowMs));

    [Theory]
    [InlineData(697, 1209)]
    [InlineData(770, 1336)]
    [InlineData(941, 1477)]
    public void Keypad_tones_do_not_stop_the_agent(int low, int high) =>
        Undisturbed((_, nowMs) => At(Late(TestSpeech.Keypad(8000, low, high)), nowMs));

    [Theory]
    [InlineData("Okay.")]
    [InlineData("Right.")]
    public async Task A_spoken_backchannel_does_not_stop_the_agent(string word)
    {
        var samples = await TestSpeech.SayAsync(word);
        Undisturbed((_, nowMs) => At(Late(samples), nowMs));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Words_stop_the_agent_within_a_second_also_through_its_echo(bool withEcho)
    {
        var spoken = await TestSpeech.SayAsync("Sorry, I have another question about the menu.");
        var words = Late(spoken);
        using var call = Telling();
        var begin = call.NowMs;
        call.Line = nowMs =>
        {
            var heard = At(words, nowMs - begin);
            return withEcho ? Mix(heard, Echo(call, -20)) : heard;
        };
        call.Wait(LateMs + OnsetMs(spoken));
        var sent = call.Carrier.SentBytes;
        call.Until(() => call.Carrier.Clears > 0, 1000);

        // What is sent between the first audible sound and the decision: ten frames.
        ((call.Carrier.SentBytes - sent) / 8).ShouldBeLessThanOrEqualTo(200);
        call.Wait(60);
        call.Carrier.IsSounding.ShouldBeFalse();
        call.Until(() => call.Journal.Turns.Exists(t => t.Interrupted));
        call.Until(() => call.Journal.Turns.Exists(t => t.Speaker == Speaker.Caller), 8000);
        call.Journal.Turns.First(t => t.Speaker == Speaker.Caller).HeardText.ShouldContain("question");
    }

    // The agent has spoken a while before anything comes.
    private const int LateMs = 1500;

    private void Undisturbed(Func<CallRig, int, short[]> line)
    {
        using var call = Telling();
        var begin = call.NowMs;
        call.Line = nowMs => line(call, nowMs - begin);
        call.Until(() => call.Journal.Turns.Count > 0).Wait(1500);

        call.Carrier.Clears.ShouldBe(0);
        call.Transcript.ShouldBe([$"agent: {Story}"]);
    }

    /// <summary>A call in which the agent has just begun its story.</summary>
    private CallRig Telling()
    {
        var call = new CallRig();
        call.Agent.Answer = request => [new AgentEvent.Say(request.Trigger is AgentTrigger.CallStarted ? Story : "Yes?")];
        call.RealVoice = sounds.Voice;
        call.RealDetector = sounds.Detector;
        call.RealRecogniser = sounds.Recogniser(call.Clock);
        return call.Start().UntilAgentSpeaks();
    }

    private static short[] Echo(CallRig call, double level)
    {
        var frame = new short[160];
        var at = call.Carrier.Played.Count - EchoDelayMs * 8;
        for (var i = 0; i < frame.Length && at + i >= 0 && at + i < call.Carrier.Played.Count; i++)
            frame[i] = (short)(MuLaw.Decode(call.Carrier.Played[at + i]) * Math.Pow(10, level / 20));
        return frame;
    }

    /// <summary>When the speech can be heard on a telephone: its first 20 ms over -40 dBFS.</summary>
    private static int OnsetMs(short[] samples)
    {
        var frame = samples.Chunk(160).ToList().FindIndex(f => Math.Sqrt(f.Average(s => (double)s * s)) > 328);
        return frame * 20;
    }

    private static short[] Late(short[] samples) => [.. new short[LateMs * 8], .. samples];

    private static short[] At(short[] samples, int ms)
    {
        var frame = new short[160];
        var from = ms * 8;
        if (from >= 0 && from < samples.Length)
            samples.AsSpan(from, Math.Min(160, samples.Length - from)).CopyTo(frame);
        return frame;
    }

    private static short[] Mix(short[] one, short[] other) => [.. one.Select((s, i) => (short)Math.Clamp(s + other[i], short.MinValue, short.MaxValue))];

    // Noise that starts at once and dies away within a third of a second.
    private static short[] Cough() =>
        [.. TestSpeech.Noise(2600, -14).Select((s, i) => (short)(s * Math.Exp(-i / 700.0)))];
}
