using Parley.Conversation.Audio;
using Parley.Conversation.Sts;

namespace Parley.Conversation.Tests.Sts;

/// <summary>What the check adds until the first sound of an answer, with sound and words that come at the pace of a model.</summary>
public sealed class SpeechDelayTests(ITestOutputHelper output)
{
    private const string Nothing = "Of course, I am happy to help you with that. What is your name, please?";
    private const string Fact = "The lasagna costs fourteen dollars fifty. Would you like to book a table?";
    private const string Behind = "Of course, that is a lovely choice. The lasagna costs fourteen dollars fifty.";
    private const string Late = "Of course, that is a lovely choice of yours and of many others. The lasagna costs ninety nine dollars.";

    // A character is spoken in 60 ms; a clause begins with 120 ms of sound, and the call looks at it every 20 ms.
    [Theory]
    [InlineData(Nothing, 4, 12, 0, 0)]      // words three times as fast as their sound
    [InlineData(Nothing, 4, 4, 0, 0)]       // words together with their sound
    [InlineData(Nothing, 2, 2, 0, 120)]     // a slow model: the second word is late
    [InlineData(Fact, 4, 12, 0, 0)]         // the sentence is whole before its sound gets to the price
    [InlineData(Fact, 4, 4, 20, 120)]       // it is begun before it is known to state something
    [InlineData(Behind, 4, 4, 0, 0)]         // what is before it is not held
    public void The_first_sound_waits_for_facts_only(string text, double soundPace, double wordPace, int mostMs, int mostGapMs)
    {
        var (added, gap) = Answer(text, soundPace, wordPace);

        output.WriteLine($"{added} ms, {gap} ms within");
        added.ShouldBeInRange(0, mostMs);
        gap.ShouldBeInRange(0, mostGapMs);
    }

    [Fact]
    public void A_bad_sentence_behind_a_good_one_is_never_begun()
    {
        using var call = Stream(Late, 4, 4, out _, until: c => c.Log.Exists(l => l.StartsWith("cancel", StringComparison.Ordinal)));
        call.Rig.Wait(4000);
        call.Rig.Carrier.Played.ShouldNotContain(MuLaw.Encode(9000));
    }

    private static (int AddedMs, int GapMs) Answer(string text, double soundPace, double wordPace)
    {
        using var call = Stream(text, soundPace, wordPace, out var thereMs, until: _ => false);
        call.Rig.UntilAgentDone();
        call.Rig.Transcript[^1].ShouldBe($"agent: {text}");
        var turn = call.Rig.Journal.Turns[^1];
        var played = call.Rig.Carrier.Played;
        var first = played.FindIndex(turn.Times.FirstFrameSentMs!.Value * 8, b => b == MuLaw.Encode(4000));
        var gap = played.Skip(first).Take(text.Length * ScriptedMsPerChar * 8).Count(b => b == MuLaw.Silence) / 8;
        return (turn.Times.FirstFrameSentMs!.Value - thereMs, gap);
    }

    private const int ScriptedMsPerChar = 60;

    // Steps of 20 ms; what a sentence about ninety-nine dollars sounds like can be told from the rest.
    private static SpeechCall Stream(string text, double soundPace, double wordPace, out int thereMs, Func<SpeechCall, bool> until)
    {
        var call = SpeechCall.Greeted();
        call.Say(2).Tell(new SpeechEvent.CallerSaid("user_1", "How much is the lasagna?"));
        AnswerItem item = null!;
        call.Rig.Do(() => item = call.Model.Open());
        thereMs = -1;
        var (words, soundMs, bad) = (0, 0, text.IndexOf("The lasagna costs ninety", StringComparison.Ordinal));
        for (var ms = 0; (words < text.Length || soundMs < text.Length * ScriptedMsPerChar) && !until(call); ms += 20)
        {
            var toWord = Math.Min(text.Length, (int)((ms + 20) * wordPace / ScriptedMsPerChar));
            while (toWord < text.Length && toWord > 0 && text[toWord] != ' ')
                toWord--;
            var toSound = Math.Min(text.Length * ScriptedMsPerChar, (int)((ms + 20) * soundPace));
            call.Rig.Do(() =>
            {
                if (toWord > words)
                    call.Model.Words(item, text[words..toWord]);
                call.Model.Sound(item, toSound - soundMs, bad >= 0 && soundMs >= bad * ScriptedMsPerChar ? (short)9000 : (short)4000);
            });
            (words, soundMs) = (Math.Max(words, toWord), toSound);
            if (soundMs >= 120 && thereMs < 0)
                thereMs = call.Rig.NowMs;
            call.Rig.Wait(20);
        }

        call.Rig.Do(() => call.Model.Done(item));
        return call;
    }
}
