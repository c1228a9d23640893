using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Parley.Loading;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Points">Calls, and milliseconds at so many.</param>
public sealed record ChartLine(string Name, IReadOnlyList<(int Calls, double Ms)> Points);

/// <summary>Draws latency against calls as SVG, in colours that read on light and on dark ground.</summary>
public static class LatencyChart
{
    private const int Width = 720;
    private const int Height = 400;
    private const int Left = 70;
    private const int Right = 130;
    private const int Top = 50;
    private const int Bottom = 55;
    private const string Ink = "#7d8590";

    private static readonly int[] RoundFactors = [1, 2, 4, 8, 10];
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly string[] Colours = ["#2f81f7", "#d29922", "#f85149", "#3fb950", "#a371f7", "#db61a2"];

    /// <summary>The percentiles of a report: of what the server added where that is known, else of the whole reply, else of the echo.</summary>
    public static string Draw(LoadReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var (title, of) = report.Steps.Any(s => s.Added.Count > 0) ? ("Time the server adds to a turn", (Func<LoadStepReport, Percentiles>)(s => s.Added))
            : report.Steps.Any(s => s.Reply.Count > 0) ? ("Last word to first reply audio", s => s.Reply)
            : ("Echo of a frame", s => s.Echo);
        return Draw(title, [Line("p50", p => p.P50), Line("p95", p => p.P95), Line("p99", p => p.P99)]);

        ChartLine Line(string name, Func<Percentiles, double?> value) => new(
            name, [.. report.Steps.Where(s => value(of(s)) is not null).Select(s => (s.Calls, value(of(s))!.Value)).OrderBy(p => p.Calls)]);
    }

    /// <summary>Draws lines over the number of calls.</summary>
    public static string Draw(string title, IReadOnlyList<ChartLine> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var calls = lines.SelectMany(l => l.Points.Select(p => p.Calls)).Distinct().Order().ToArray();
        var top = NiceTop(lines.SelectMany(l => l.Points.Select(p => p.Ms)).DefaultIfEmpty(1).Max());
        var most = calls.DefaultIfEmpty(1).Max();
        var svg = new XElement(
            Svg + "svg", new XAttribute("viewBox", $"0 0 {Width} {Height}"), new XAttribute("role", "img"),
            new XAttribute("font-family", "system-ui, sans-serif"), new XAttribute("font-size", 13), new XAttribute("fill", Ink),
            new XElement(Svg + "title", title),
            Text(Left, 28, title, "start", 16));
        for (var i = 0; i <= 4; i++)
        {
            var ms = top * i / 4;
            svg.Add(Rule(Left, Y(ms), Width - Right, Y(ms), i == 0 ? 1 : 0.3), Text(Left - 8, Y(ms) + 4, Number(ms), "end"));
        }

        foreach (var count in calls)
            svg.Add(Text(X(count), Height - Bottom + 20, Number(count), "middle"));
        svg.Add(Text((Left + Width - Right) / 2.0, Height - 12, "calls at once", "middle"));
        svg.Add(Text(Left - 8, Top - 8, "ms", "end"));
        var taken = new List<double>();
        for (var i = 0; i < lines.Count; i++)
            AddLine(lines[i], Colours[i % Colours.Length]);
        return new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n").Append(svg).Append('\n').ToString();

        double X(int count) => Left + 20 + ((Width - Left - Right - 40) * (double)count / most);

        double Y(double ms) => Height - Bottom - ((Height - Top - Bottom) * ms / top);

        void AddLine(ChartLine line, string colour)
        {
            if (line.Points.Count == 0)
                return;

            svg.Add(new XElement(
                Svg + "polyline", new XAttribute("fill", "none"), new XAttribute("stroke", colour), new XAttribute("stroke-width", 2),
                new XAttribute("points", string.Join(' ', line.Points.Select(p => $"{Number(X(p.Calls))},{Number(Y(p.Ms))}")))));
            foreach (var (count, ms) in line.Points)
            {
                svg.Add(new XElement(
                    Svg + "circle", new XAttribute("cx", Number(X(count))), new XAttribute("cy", Number(Y(ms))), new XAttribute("r", 3.5),
                    new XAttribute("fill", colour), new XElement(Svg + "title", $"{line.Name}, {count} calls: {Number(ms)} ms")));
            }

            // Names stand beside the last points, moved apart where they would cover each other.
            var at = Y(line.Points[^1].Ms) + 4;
            while (taken.Any(t => Math.Abs(t - at) < 15))
                at -= 15;
            taken.Add(at);
            var label = Text(Width - Right + 8, at, $"{line.Name}  {Number(line.Points[^1].Ms)}", "start");
            label.SetAttributeValue("fill", colour);
            svg.Add(label);
        }
    }

    private static XElement Text(double x, double y, string text, string anchor, int size = 13) => new(
        Svg + "text", new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), new XAttribute("text-anchor", anchor),
        new XAttribute("font-size", size), text);

    private static XElement Rule(double x1, double y1, double x2, double y2, double opacity) => new(
        Svg + "line", new XAttribute("x1", Number(x1)), new XAttribute("y1", Number(y1)), new XAttribute("x2", Number(x2)),
        new XAttribute("y2", Number(y2)), new XAttribute("stroke", Ink), new XAttribute("stroke-opacity", Number(opacity)));

    // 1, 2, 4 or 8 times a power of ten: quarters of it are round.
    private static double NiceTop(double most)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(most, 0.01))));
        return RoundFactors.First(f => f * power >= Math.Max(most, 0.01)) * power;
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
