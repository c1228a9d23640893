using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Parley.Benchmarks.Measuring;

/// <summary><c>--save</c>: writes a run into <c>benchmarks/results</c>, for people and for programs, with the machine and the commit.</summary>
internal static class SavedResults
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Write(IReadOnlyList<Summary> summaries, string commit, DateTimeOffset now)
    {
        var rows = summaries.SelectMany(s => s.Reports.Where(r => r.Success).Select(r => ToRow(s, r))).ToList();
        if (rows.Count == 0)
            throw new InvalidOperationException("No benchmark ran to its end.");

        var date = now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string[] machine =
        [
            .. HostEnvironmentInfo.GetCurrent().ToFormattedString(),
            $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {RuntimeInformation.OSDescription}",
        ];
        Directory.CreateDirectory(Repository.Results);
        var path = Path.Combine(Repository.Results, $"{date}-{commit}");
        File.WriteAllText(path + ".md", Markdown(rows, date, commit, machine));
        File.WriteAllText(path + ".json", JsonSerializer.Serialize(new { date, commit, machine, benchmarks = rows }, Options) + "\n");
        Console.WriteLine($"Saved as {path}.md and .json");
    }

    /// <summary>The commit of the working copy, to be asked for before a run: it may be another one afterwards.</summary>
    public static string Commit()
    {
        var commit = Git("rev-parse", "--short=10", "HEAD");
        return Git("status", "--porcelain", "--untracked-files=no").Length == 0 ? commit : commit + "-changed";
    }

    private static Row ToRow(Summary summary, BenchmarkReport report)
    {
        var benchmark = report.BenchmarkCase;
        var statistics = report.ResultStatistics!;
        var baseline = summary.BenchmarksCases
            .Where(c => c.Descriptor.Baseline && summary.GetLogicalGroupKey(c) == summary.GetLogicalGroupKey(benchmark))
            .Select(c => summary[c]?.ResultStatistics?.Mean)
            .FirstOrDefault();
        return new Row(
            FullNameProvider.GetBenchmarkName(benchmark), benchmark.Descriptor.Baseline, statistics.Mean, statistics.Median, statistics.StandardDeviation,
            statistics.Mean / baseline, AllocationMeter.BytesPerOperation(benchmark));
    }

    private static string Markdown(List<Row> rows, string date, string commit, string[] machine)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Benchmarks of {date}, commit {commit}\n\n```\n{string.Join('\n', machine)}\n```\n\n");
        text.Append("Ratio is to the baseline of the same group, the other way to do it. Bytes are those of one operation, the least of six rounds.\n");
        foreach (var group in rows.GroupBy(r => r.Class))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {group.Key}\n\n| Benchmark | Mean | Median | Deviation | Ratio | Bytes |\n|---|--:|--:|--:|--:|--:|\n");
            foreach (var row in group)
            {
                var ratio = row.IsBaseline ? "baseline" : row.Ratio?.ToString("0.00", CultureInfo.InvariantCulture);
                text.Append(CultureInfo.InvariantCulture, $"| {row.Method} | {Time(row.MeanNs)} | {Time(row.MedianNs)} | {Time(row.DeviationNs)} | {ratio} | {row.Bytes:0.#} |\n");
            }
        }

        return text.ToString();
    }

    private static string Time(double ns) => ns switch
    {
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{ns:0.0} ns"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{ns / 1000:0.00} us"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{ns / 1_000_000:0.00} ms"),
    };

    private static string Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true })!;
        var output = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return git.ExitCode == 0 ? output : throw new InvalidOperationException("The commit is not known: git failed.");
    }

    private sealed record Row(string Benchmark, bool IsBaseline, double MeanNs, double MedianNs, double DeviationNs, double? Ratio, double Bytes)
    {
        // "Namespace.Class.Method(parameters)"; parameters may have dots of their own.
        private int MethodAt => Benchmark.LastIndexOf('.', (Benchmark.IndexOf('(', StringComparison.Ordinal) is var at and > 0 ? at : Benchmark.Length) - 1);

        internal string Class => Benchmark[..MethodAt];

        internal string Method => Benchmark[(MethodAt + 1)..].Replace('_', ' ');
    }
}
