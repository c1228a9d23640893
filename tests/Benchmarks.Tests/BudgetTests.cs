using Parley.Benchmarks.Measuring;

// What one test allocates must not be counted for another.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Parley.Benchmarks.Tests;

/// <summary>Holds every hot path to what it may allocate: benchmarks/budgets.json.</summary>
public sealed class BudgetTests
{
    public static TheoryData<string> Classes => [.. BudgetCheck.Classes.Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(Classes))]
    public void A_hot_path_keeps_to_its_budget(string name)
    {
        var type = BudgetCheck.Classes.Single(c => c.FullName == name);

        var lines = BudgetCheck.Measure(type, BudgetFile.Read());

        lines.ShouldNotBeEmpty();
        lines.ShouldAllBe(line => line.Holds, "\n" + BudgetCheck.Table(lines));
    }

    [Fact]
    public void Every_budget_has_a_benchmark()
    {
        var orphans = BudgetCheck.Orphans(BudgetFile.Read());

        orphans.ShouldBeEmpty("\n" + BudgetCheck.Table(orphans));
    }

    [Theory]
    [InlineData("FrameBenchmarks.Idle")]
    [InlineData("FrameBenchmarks.Caller_speaks")]
    [InlineData("FrameBenchmarks.Agent_speaks")]
    [InlineData("SessionBenchmarks.Idle")]
    [InlineData("SessionBenchmarks.Caller_speaks")]
    [InlineData("SessionBenchmarks.Agent_speaks")]
    [InlineData("MediaMessageBenchmarks.Read")]
    [InlineData("MediaMessageBenchmarks.Write")]
    public void The_budget_of_the_frame_path_is_nothing(string benchmark) =>
        BudgetFile.Read()["Parley.Benchmarks.Gateway." + benchmark].ShouldBe(0);
}
