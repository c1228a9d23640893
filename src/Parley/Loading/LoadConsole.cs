using System.Globalization;
using Spectre.Console;

namespace Parley.Loading;

/// <summary>Shows how far a load test is: one line that changes on a terminal, a line every five seconds elsewhere.</summary>
internal sealed class LoadConsole(IAnsiConsole console, TimeProvider time)
{
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);
    private readonly Lock gate = new();
    private long? shownAt;
    private string shownPhase = "";
    private int width;

    /// <summary>Shows a state.</summary>
    public void Show(LoadProgress progress)
    {
        lock (gate)
        {
            var terminal = console.Profile.Out.IsTerminal;
            var phase = $"{progress.Calls} {progress.Phase}";
            if (!terminal && phase == shownPhase && shownAt is { } at && time.GetElapsedTime(at) < LineEvery)
                return;

            (shownAt, shownPhase) = (time.GetTimestamp(), phase);
            var line = Line(progress);
            if (terminal)
                console.Profile.Out.Writer.Write("\r" + line.PadRight(width));
            else
                Console.Error.WriteLine(line);
            width = line.Length;
        }
    }

    /// <summary>Takes the changing line away.</summary>
    public void Clear()
    {
        if (console.Profile.Out.IsTerminal)
            console.Profile.Out.Writer.Write("\r" + new string(' ', width) + "\r");
    }

    private static string Line(LoadProgress p) => string.Create(
        CultureInfo.InvariantCulture,
        $"{p.Calls} calls: {p.Phase}{(p.Left is { } left ? $", {Math.Ceiling(left.TotalSeconds):0} s left" : "")}, {p.Live} live"
        + $"{(p.Turns > 0 ? $", {p.Turns} replies, p95 {p.ReplyP95:0} ms" : "")}");
}
