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
    public void The_words_tell_more_than_a_fixed_silence()
    {
        var (adaptive, @fixed) = (corpus.Report.Adaptive.Overall, corpus.Report.Fixed700Ms.Overall);
        adaptive.FalseCutOffs.ShouldBeLessThan(@fixed.FalseCutOffs);
        adaptive.MedianMs.ShouldBeLessThan(@fixed.MedianMs * 2 / 3);
    }

    [Fact]
    public void Dictated_numbers_and_addresses_are_never_cut_in_the_middle()
    {
        corpus.Report.Adaptive.Categories["phone"].FalseCutOffs.ShouldBe(0);
        corpus.Report.Adaptive.Categories["email"].FalseCutOffs.ShouldBe(0);
    }

    [Fact]
    public void Hardly_an_end_is_missed() =>
        corpus.Report.Adaptive.Overall.LateOrMissing.ShouldBeLessThanOrEqualTo(corpus.Adaptive.Count / 100);

    [Fact]
    public void A_strategy_that_got_worse_is_told_with_what()
    {
        var worse = CorpusReport.Worse(corpus.Report.Fixed700Ms, corpus.Report.Adaptive);

        worse.Count.ShouldBeGreaterThanOrEqualTo(2);
        worse.ShouldContain(line => line.StartsWith("median delay", StringComparison.Ordinal) && line.Contains("yesno", StringComparison.Ordinal));
        CorpusReport.Worse(corpus.Report.Adaptive, corpus.Report.Adaptive).ShouldBeEmpty();
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
