using System.Text.Encodings.Web;
using System.Text.Json;

namespace Parley.Benchmarks.Measuring;

/// <summary>The committed budgets: bytes an operation by a benchmark's full name.</summary>
internal static class BudgetFile
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyDictionary<string, double> Read() =>
        File.Exists(Repository.Budgets)
            ? JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(Repository.Budgets))!
            : new Dictionary<string, double>();

    /// <summary>Makes the measured values the budgets, with a tenth to spare; nothing stays nothing.</summary>
    public static void Write(IEnumerable<BudgetLine> lines)
    {
        var budgets = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (line.Measured is { } measured)
                budgets[line.Benchmark] = Math.Ceiling(measured * 1.1 / 8) * 8;
        }

        File.WriteAllText(Repository.Budgets, JsonSerializer.Serialize(budgets, Options) + "\n");
    }
}
