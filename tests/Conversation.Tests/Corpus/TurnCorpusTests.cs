using Parley.Conversation.Audio;

namespace Parley.Conversation.Tests.Corpus;

/// <summary>
/// Ends of turns in recorded speech, against <c>tests/corpus/turns/baseline.json</c>. When a change makes them better, or a recording is
/// added, run this with <c>PARLEY_CORPUS_BASELINE=write</c> and commit the new baseline with it.
/// </summary>
public sealed class TurnCorpusTests(TurnCorpus corpus, ITestOutputHelper output) : IClassFixture<TurnCorpus>
{
    [Fact]
    public void Ends_of_turns_are_found_as_well_as_before()
    {
        output.WriteLine(corpus.Report.ToString());
        foreach (var result in corpus.Adaptive)
        {
            output.WriteLine(
                $"{(result.IsCutOff ? "CUT " : result.IsLate ? "LATE" : "    ")} {result.Recording.File,-18}{result.DelayMs,5} ms  \"{result.Recording.Text}\"");
            foreach (var turn in result.Turns)
                output.WriteLine($"       {turn.AtMs - result.Recording.EndMs,6} ms {turn.Rule,-10} \"{turn.Text}\"");
        }

        if (Environment.GetEnvironmentVariable("PARLEY_CORPUS_BASELINE") == "write")
            corpus.Report.WriteBaseline();

        var baseline = CorpusReport.ReadBaseline();
        CorpusReport.Worse(corpus.Report.Adaptive, baseline.Adaptive).ShouldBeEmpty();
    }

    [Fact]
    public void Fewer_than_three_turns_in_a_hundred_are_cut_off_and_half_end_within_350_ms()
    {
        var overall = corpus.Report.Adaptive.Overall;
        (100.0 * overall.FalseCutOffs / overall.Recordings).ShouldBeLessThan(3);
        overall.MedianMs.ShouldBeLessThan(350);
        overall.LateOrMissing.ShouldBe(0);
    }

    [Fact]
    public void The_words_tell_more_than_a_fixed_silence()
    {
        corpus.Report.Adaptive.Overall.FalseCutOffs.ShouldBeLessThan(corpus.Report.Fixed700Ms.Overall.FalseCutOffs);
        corpus.Report.Adaptive.Overall.MedianMs.ShouldBeLessThan(corpus.Report.Fixed700Ms.Overall.MedianMs);
    }

    [Fact]
    public void Every_recording_ends_where_the_manifest_says()
    {
        corpus.Adaptive.Count.ShouldBeGreaterThanOrEqualTo(130);
        foreach (var recording in corpus.Adaptive.Select(result => result.Recording))
        {
            // The file is cut at its last speech, so its length is the true end.
            (recording.ReadSamples().Length / 8).ShouldBeInRange(recording.EndMs - 1, recording.EndMs + 1, recording.File);
            recording.Pauses.ShouldAllBe(pause => pause.StartMs > 0 && pause.StartMs < pause.EndMs && pause.EndMs < recording.EndMs, recording.File);
        }
    }
}
