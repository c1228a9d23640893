namespace Parley.Persistence.Tests.Knowledge;

/// <summary>
/// Questions to the knowledge of five businesses, against <c>tests/corpus/knowledge/baseline.json</c>. When a change makes the answers better,
/// run this with <c>PARLEY_CORPUS_BASELINE=write</c> and commit the new baseline with it.
/// </summary>
public sealed class RetrievalTests(ITestOutputHelper output)
{
    [Fact]
    public void Questions_find_their_answers_as_well_as_before()
    {
        var results = RetrievalCorpus.Run();
        var report = RetrievalReport.Of(results);
        output.WriteLine(report.ToString());
        // Mistakes of questions that are held out are not told, so that nobody tunes to them by accident.
        foreach (var result in results.Where(r => !r.Question.HeldOut && (r.IsUnanswerable ? r.IsConfident : !r.IsRecalled || !r.IsConfident)))
        {
            output.WriteLine(
                $"{result.Question.Tenant,-14} {result.Question.Kind,-13} rank {result.Rank,2} {result.Confidence:0.00} "
                + $"cov {result.Evidence.Coverage:0.00} mis {result.Evidence.Missing:0.00} str {result.Evidence.Strength:0.00} mar {result.Evidence.Margin:0.00}"
                + $"  \"{result.Question.Text}\" -> {result.Top.ReplaceLineEndings(" ")[..Math.Min(70, result.Top.Length)]}");
        }

        if (Environment.GetEnvironmentVariable("PARLEY_CORPUS_EVIDENCE") is { Length: > 0 } file)
            File.WriteAllText(file, RetrievalCorpus.Evidence(results));
        if (Environment.GetEnvironmentVariable("PARLEY_CORPUS_BASELINE") == "write")
            report.WriteBaseline();

        report.Worse(RetrievalReport.ReadBaseline()).ShouldBeEmpty();
    }

    [Fact]
    public void A_search_that_got_worse_is_told_with_what()
    {
        var good = new RetrievalFigures(100, 90, 80, 70, 5, 30, 3);
        var bad = new RetrievalFigures(100, 89, 80, 69, 6, 30, 4);
        var report = new RetrievalReport(good, good, []);

        new RetrievalReport(good, bad, []).Worse(report).Count.ShouldBe(4);
        report.Worse(report).ShouldBeEmpty();
    }

    [Fact]
    public void The_corpus_is_whole()
    {
        var questions = RetrievalCorpus.Tenants.SelectMany(RetrievalCorpus.Questions).ToList();

        questions.Count.ShouldBeGreaterThanOrEqualTo(150);
        questions.Select(q => q.Kind).Distinct().Order().ShouldBe(["direct", "misheard", "paraphrase", "unanswerable"]);
        questions.Count(q => q.Kind == "unanswerable").ShouldBeGreaterThan(30);
        questions.ShouldAllBe(q => q.Answers.Count == 0 == (q.Kind == "unanswerable"));
        foreach (var slug in RetrievalCorpus.Tenants)
        {
            var passages = RetrievalCorpus.Index(slug).Passages;
            foreach (var question in questions.Where(q => q.Tenant == slug && q.Answers.Count > 0))
                passages.Any(p => question.Answers.Any(a => p.Text.Contains(a, StringComparison.Ordinal))).ShouldBeTrue(question.Text);
        }
    }
}
