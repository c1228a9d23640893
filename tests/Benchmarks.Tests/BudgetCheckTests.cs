using BenchmarkDotNet.Attributes;
using Parley.Benchmarks.Gateway;
using Parley.Benchmarks.Measuring;

namespace Parley.Benchmarks.Tests;

/// <summary>Whether the check finds what it is there to find.</summary>
public sealed class BudgetCheckTests
{
    private const string Prefix = "Parley.Benchmarks.Tests.BudgetCheckTests+Probe.";

    [Fact]
    public void Allocations_are_counted_to_the_byte_and_without_the_setups()
    {
        // An array of 1,000 bytes has a header, a method table and a length: 24 bytes.
        var measured = BudgetCheck.Measure(typeof(Probe), new Dictionary<string, double>()).ToDictionary(l => l.Benchmark[Prefix.Length..], l => l.Measured);

        measured["Allocates_an_array"].ShouldBe(1024);
        measured["Allocates_on_another_thread"].ShouldNotBeNull().ShouldBeInRange(100_024, 102_000);
        measured["Allocates_nothing"].ShouldBe(0);
        measured["Returns_a_task"].ShouldBe(0);
    }

    [Fact]
    public void A_budget_that_is_exceeded_or_missing_fails_and_a_baseline_needs_none()
    {
        var budgets = new Dictionary<string, double> { [Prefix + "Allocates_an_array"] = 1023, [Prefix + "Allocates_nothing"] = 0 };

        var lines = BudgetCheck.Measure(typeof(Probe), budgets).ToDictionary(l => l.Benchmark[Prefix.Length..]);

        lines["Allocates_an_array"].Verdict.ShouldBe("EXCEEDED");
        lines["Returns_a_task"].Verdict.ShouldBe("has no budget");
        lines["Allocates_nothing"].Holds.ShouldBeTrue();
        lines.ShouldNotContainKey("Another_way");
        BudgetCheck.Table([lines["Allocates_an_array"]]).ShouldMatch(@"benchmark\s+budget\s+measured\n.*Allocates_an_array\s+1023\s+1024\s+EXCEEDED");
    }

    [Fact]
    public void A_budget_without_a_benchmark_fails()
    {
        var orphan = BudgetCheck.Orphans(new Dictionary<string, double> { ["Gone"] = 8 }).ShouldHaveSingleItem();

        orphan.Holds.ShouldBeFalse();
        orphan.Verdict.ShouldBe("has no benchmark");
    }

    public class Probe
    {
        private readonly Task done = Task.CompletedTask;
        private byte[]? last;

        [GlobalSetup]
        public void Setup() => last = new byte[5000];

        [IterationSetup]
        public void Before() => last = new byte[5000];

        [Benchmark]
        public void Allocates_an_array() => last = new byte[1000];

        [Benchmark, BenchmarkCategory(SessionBenchmarks.Category)]
        public void Allocates_on_another_thread()
        {
            var thread = new Thread(() => last = new byte[100_000]);
            thread.Start();
            thread.Join();
        }

        [Benchmark]
        public int Allocates_nothing() => last!.Length;

        [Benchmark]
        public Task Returns_a_task() => done;

        [Benchmark(Baseline = true)]
        public byte[] Another_way() => last = new byte[100_000];
    }
}
