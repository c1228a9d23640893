using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Parley.Telemetry;

/// <summary>What the runtime's own meter leaves out; meter <c>Parley.Process</c>. Names are OpenTelemetry's for processes.</summary>
internal sealed class ProcessMetrics
{
    public const string MeterName = "Parley.Process";

    public ProcessMetrics(IMeterFactory meters, TimeProvider clock)
    {
        var started = clock.GetTimestamp();
        var meter = meters.Create(MeterName);
        meter.CreateObservableUpDownCounter(
            "process.open_file_descriptor.count", () => Read(process => process.HandleCount), "{file_descriptor}", "Open files, sockets included.");
        meter.CreateObservableUpDownCounter("process.thread.count", () => Read(process => process.Threads.Count), "{thread}", "Threads of the process.");
        meter.CreateObservableGauge("process.uptime", () => clock.GetElapsedTime(started).TotalSeconds, "s", "Time since the server was made.");
    }

    private static int Read(Func<Process, int> value)
    {
        using var process = Process.GetCurrentProcess();
        return value(process);
    }
}
