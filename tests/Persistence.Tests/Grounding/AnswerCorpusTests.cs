namespace Parley.Persistence.Tests.Grounding;

/// <summary>
/// True and made up answers of five businesses, against <c>tests/corpus/answers/baseline.json</c>. When a change makes the gate better, run this with
/// <c>PARLEY_CORPUS_BASELINE=write</c> and commit the new baseline with it.
/// </summary>
public sealed class AnswerCorpusTests(ITestOutputHelper output)
{
    [Fact]
    public void True_answers_are_spoken_and_made_up_ones_are_not_as_well_as_before()
    {
        var results = AnswerCorpus.Run();
        var report = AnswerReport.Of(results);
        output.WriteLine($"\ntuned     {report.Tuned}\nheld out  {report.HeldOut}\nsecond    {report.SecondHeldOut}");
        // Mistakes with answers that are held out are not told, so that nobody tunes to them by accident.
        foreach (var result in results.Where(static r => r is { Part: CorpusPart.Tuned, IsWrong: true }))
            output.WriteLine($"{result.Business,-14} {(result.Answer.IsTrue ? "true" : "made up"),-7} {result.Answer.Asks} | {result.Replaced ?? result.Answer.Says}");

        if (Environment.GetEnvironmentVariable("PARLEY_CORPUS_BASELINE") == "write")
            report.WriteBaseline();

        report.Worse(AnswerReport.ReadBaseline()).ShouldBeEmpty();
    }

    [Fact]
    public void A_gate_that_got_worse_is_told_with_what()
    {
        var was = new AnswerReport(new AnswerFigures(100, 5, 50, 2), new AnswerFigures(100, 5, 50, 2), new AnswerFigures(30, 3, 30, 3));

        (was with { HeldOut = new AnswerFigures(100, 6, 50, 3) }).Worse(was).Count.ShouldBe(2);
        (was with { SecondHeldOut = new AnswerFigures(30, 3, 30, 4) }).Worse(was).ShouldHaveSingleItem();
        was.Worse(was).ShouldBeEmpty();
    }

    [Fact]
    public void The_corpus_is_whole()
    {
        var results = AnswerCorpus.Run();

        results.Count(static r => r.Answer.IsTrue).ShouldBeGreaterThanOrEqualTo(120);
        results.Count(static r => !r.Answer.IsTrue).ShouldBeGreaterThanOrEqualTo(90);
        results.ShouldAllBe(static r => r.Answer.Asks.Length > 0 && (r.Answer.So == null) != (r.Answer.Not == null));
    }
}
