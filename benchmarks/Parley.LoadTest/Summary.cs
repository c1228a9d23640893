using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Loading;

namespace Parley.LoadTest;

/// <summary>
/// <c>summary</c>: puts the results of one run side by side: Parley and the floors, and each in proportion to the tuned Kestrel echo that
/// parses, which does the same work on the wire and nothing else.
/// </summary>
internal static class Summary
{
    private const string Reference = "kestrel-tuned-parsed";
    private const string Parley = "parley-stub";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("FOLDER") { Description = "Holds one NAME.json of 'load --json' for each that was measured" };
        var output = new Argument<string>("OUTPUT") { Description = "Files to write, without extension: .txt, .json and .svg are added" };
        var command = new Command("summary", "Compares the results of one run") { folder, output };
        command.SetAction((arguments, cancellation) => WriteAsync(arguments.GetRequiredValue(folder), arguments.GetRequiredValue(output), cancellation));
        return command;
    }

    private static async Task<int> WriteAsync(DirectoryInfo folder, string output, CancellationToken cancellation)
    {
        var reports = new SortedDictionary<string, LoadReport>(StringComparer.Ordinal);
        foreach (var file in folder.EnumerateFiles("*.json"))
        {
            await using var stream = file.OpenRead();
            reports[Path.GetFileNameWithoutExtension(file.Name)] = await JsonSerializer.DeserializeAsync<LoadReport>(stream, Json, cancellation)
                ?? throw new InvalidDataException($"{file.FullName} holds no report.");
        }

        var text = new StringBuilder();
        foreach (var (name, report) in reports.Where(r => r.Key.StartsWith("parley", StringComparison.Ordinal)))
            text.AppendLine(CultureInfo.InvariantCulture, $"== {name}").Append(LoadTable.Write(report)).AppendLine();
        Compare(text, reports);
        Console.Write(text);

        await File.WriteAllTextAsync(output + ".txt", text.ToString(), cancellation);
        await File.WriteAllTextAsync(output + ".json", JsonSerializer.Serialize(reports, Json) + "\n", cancellation);
        if (reports.TryGetValue(Parley, out var measured))
            await File.WriteAllTextAsync(output + ".svg", LatencyChart.Draw(measured), cancellation);
        return 0;
    }

    private static void Compare(StringBuilder text, SortedDictionary<string, LoadReport> reports)
    {
        var counts = reports.Values.SelectMany(r => r.Steps.Select(s => s.Calls)).Distinct().Order().ToArray();
        text.AppendLine("== CPU ms per call-second (in proportion to the tuned Kestrel echo that parses) | echo p99 ms, for Parley the time added to a turn");
        text.Append("".PadRight(24));
        foreach (var count in counts)
            text.Append(CultureInfo.InvariantCulture, $"{$"{count} calls",30}");
        text.AppendLine();
        foreach (var (name, report) in reports)
        {
            text.Append(name.PadRight(24));
            foreach (var count in counts)
                text.Append(Cell(report, count).PadLeft(30));
            text.AppendLine();
        }

        string Cell(LoadReport report, int count)
        {
            if (Step(report, count) is not { Server: { } use } step)
                return "-";

            var reference = reports.TryGetValue(Reference, out var floor) ? Step(floor, count)?.Server?.CpuMsPerCallSecond : null;
            var proportion = reference > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({use.CpuMsPerCallSecond / reference:0.00}x)") : "";
            var p99 = step.Echo.P99 ?? step.Added.P99 ?? step.Reply.P99;
            var doubtful = step.Generator.Bottleneck is null ? "" : " !";
            return string.Create(CultureInfo.InvariantCulture, $"{use.CpuMsPerCallSecond:0.00}{proportion} | {p99:0.0}{doubtful}");
        }
    }

    private static LoadStepReport? Step(LoadReport report, int calls) => report.Steps.FirstOrDefault(s => s.Calls == calls);
}
