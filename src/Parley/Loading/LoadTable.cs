using System.Globalization;
using System.Text;

namespace Parley.Loading;

/// <summary>A load test's result as text: one column a step.</summary>
public static class LoadTable
{
    private const int NameWidth = 44;
    private const int ColumnWidth = 18;

    /// <summary>Writes the table.</summary>
    public static string Write(LoadReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Load test of {report.Server}, scenario {report.Scenario}, {report.StartedAt:yyyy-MM-dd HH:mm}Z; times in ms");
        var steps = report.Steps;
        Row("calls", s => Whole(s.Calls));
        Row("calls live at the end", s => Whole(s.Live));
        Row("seconds measured", s => Number(s.Seconds));
        Section("Last word to first reply audio", s => s.Reply);
        Section("  of which added to the end-of-turn wait", s => s.Added);
        Section("Interruption: first sound to clear", s => s.Reaction);
        Section("  of which added to the barge-in wait", s => s.ReactionAdded);
        Section("Echo of a frame", s => s.Echo);
        Row("replies heard", s => Whole(s.Turns));
        Row("unanswered / early replies", s => $"{s.Unanswered} / {s.Early}");
        Row("interruptions / not obeyed / stale frames", s => $"{s.Interruptions} / {s.IgnoredInterruptions} / {s.StaleFrames}");
        Row("late messages / gaps over 40 ms", s => $"{s.LateFrames} / {s.Gaps}");
        Row("refused / dropped / invalid / blocked", s => $"{s.Refused} / {s.Dropped} / {s.Invalid} / {s.Blocked}");
        Row("frames sent", s => Whole(s.FramesSent));
        Row("frames received", s => Whole(s.FramesReceived));
        Section("Frame to recogniser", s => s.Stats?.FrameToRecogniser);
        Row("server CPU, ms per call-second", s => s.Server is { } u ? Number(u.CpuMsPerCallSecond, "0.00") : "-");
        Row("server CPU, cores", s => s.Server is { } u ? Number(u.CpuCores, "0.00") : "-");
        Row("server memory, MiB / threads / handles", s => s.Server is { } u ? $"{Number(u.ResidentMb, "0")}/{u.Threads}/{u.Handles}" : "-");
        if (steps.Any(s => s.Stats is not null))
        {
            Row("server collections gen 0 / 1 / 2", s => s.Stats is { } t ? string.Join('/', t.Collections) : "-");
            Row("server collector pauses, ms", s => s.Stats is { } t ? Number(t.PauseMs) : "-");
            Row("server allocation, KB per call-second", s => s.Stats is { } t ? Number(t.AllocatedBytes / 1024.0 / Math.Max(s.FramesSent / 50.0, 1)) : "-");
        }

        Row("generator CPU, cores", s => Number(s.Generator.CpuCores, "0.00"));
        Row("generator lateness p50 / p99", s => $"{Number(s.Generator.Jitter.P50)} / {Number(s.Generator.Jitter.P99)}");
        foreach (var step in steps.Where(s => s.Generator.Bottleneck is not null))
            text.AppendLine(CultureInfo.InvariantCulture, $"THE GENERATOR IS THE BOTTLENECK at {step.Calls} calls, its figures are not the server's: {step.Generator.Bottleneck}");
        foreach (var error in report.Errors)
            text.AppendLine(CultureInfo.InvariantCulture, $"error: {error}");
        return text.ToString();

        void Row(string name, Func<LoadStepReport, string> cell)
        {
            text.Append(name.PadRight(NameWidth));
            foreach (var step in steps)
                text.Append(cell(step).PadLeft(ColumnWidth));
            text.AppendLine();
        }

        void Section(string name, Func<LoadStepReport, Percentiles?> of)
        {
            if (steps.All(s => (of(s)?.Count ?? 0) == 0))
                return;

            Row(name + ", p50", s => Number(of(s)?.P50));
            Row("    p95", s => Number(of(s)?.P95));
            Row("    p99", s => Number(of(s)?.P99));
            Row("    longest", s => Number(of(s)?.Max));
        }
    }

    private static string Whole(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double? value, string format = "0.0") => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}
