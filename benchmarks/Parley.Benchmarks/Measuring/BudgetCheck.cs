using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Running;

namespace Parley.Benchmarks.Measuring;

/// <summary>What one benchmark may allocate, and what it does.</summary>
/// <param name="Benchmark">Its full name.</param>
/// <param name="Budget">Bytes an operation; null when there is none.</param>
/// <param name="Measured">Bytes an operation; null when there is no such benchmark.</param>
internal sealed record BudgetLine(string Benchmark, double? Budget, double? Measured)
{
    /// <summary>Both are there, and the budget is kept.</summary>
    public bool Holds => Budget is { } budget && Measured is { } measured && measured <= budget;

    /// <summary>What is wrong; empty when nothing is.</summary>
    public string Verdict => Budget is null ? "has no budget" : Measured is null ? "has no benchmark" : Holds ? "" : "EXCEEDED";
}

/// <summary>Holds every benchmark but the baselines, which are other ways and not ours, to its budget.</summary>
internal static class BudgetCheck
{
    /// <summary>The classes with benchmarks, in order of their names.</summary>
    public static IReadOnlyList<Type> Classes { get; } =
    [
        .. typeof(BudgetCheck).Assembly.GetExportedTypes()
            .Where(t => t.GetMethods().Any(m => m.IsDefined(typeof(BenchmarkAttribute), inherit: true)))
            .OrderBy(t => t.FullName, StringComparer.Ordinal),
    ];

    /// <summary>The benchmarks of a class that need a budget, by full name.</summary>
    public static IReadOnlyDictionary<string, BenchmarkCase> CasesOf(Type type) => BenchmarkConverter.TypeToBenchmarks(type).BenchmarksCases
        .Where(c => !c.Descriptor.Baseline)
        .ToDictionary(c => FullNameProvider.GetBenchmarkName(c), StringComparer.Ordinal);

    /// <summary>Measures the benchmarks of a class.</summary>
    public static IReadOnlyList<BudgetLine> Measure(Type type, IReadOnlyDictionary<string, double> budgets) =>
    [
        .. CasesOf(type).Select(c => new BudgetLine(
            c.Key, budgets.TryGetValue(c.Key, out var budget) ? budget : null, AllocationMeter.BytesPerOperation(c.Value))),
    ];

    /// <summary>Budgets whose benchmark does not exist.</summary>
    public static IReadOnlyList<BudgetLine> Orphans(IReadOnlyDictionary<string, double> budgets)
    {
        var known = Classes.SelectMany(t => CasesOf(t).Keys).ToHashSet(StringComparer.Ordinal);
        return [.. budgets.Where(b => !known.Contains(b.Key)).Select(b => new BudgetLine(b.Key, b.Value, null))];
    }

    /// <summary>A table: benchmark, budget, measured.</summary>
    public static string Table(IReadOnlyCollection<BudgetLine> lines)
    {
        var width = Math.Max(9, lines.Select(l => l.Benchmark.Length).DefaultIfEmpty(0).Max());
        FormattableString[] rows =
        [
            $"{"benchmark".PadRight(width)} {"budget",10} {"measured",10}",
            .. lines.Select(l => (FormattableString)$"{l.Benchmark.PadRight(width)} {l.Budget,10:0.#} {l.Measured,10:0.#}  {l.Verdict}"),
        ];
        return string.Join('\n', rows.Select(r => FormattableString.Invariant(r).TrimEnd()));
    }
}
