using System.Globalization;
using System.Net;
using System.Text;

namespace Parley.Soak;

/// <summary>Draws samples as an SVG: one panel a figure, from zero up.</summary>
internal static class Graph
{
    private const int Width = 900, Panel = 110, Left = 90, Right = 20, Gap = 26;

    private static readonly (string Name, string Colour, Func<Sample, double> Value)[] Panels =
    [
        ("resident memory, MB", "#1f77b4", s => s.RssBytes / 1048576.0),
        ("managed memory, MB", "#2ca02c", s => s.ManagedBytes / 1048576.0),
        ("handles", "#d62728", s => s.Handles),
        ("threads", "#9467bd", s => s.Threads),
        ("sessions", "#7f7f7f", s => s.Sessions),
    ];

    public static string Draw(IReadOnlyList<Sample> samples, IReadOnlyList<string> captions)
    {
        var svg = new StringBuilder();
        var height = Panels.Length * (Panel + Gap) + (captions.Count + 2) * 18;
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        var end = Math.Max(1, samples[^1].Seconds);
        for (var i = 0; i < Panels.Length; i++)
            DrawPanel(svg, Panels[i], samples, end, top: Gap + i * (Panel + Gap));

        var y = Panels.Length * (Panel + Gap) + Gap;
        Text(svg, Left, y, string.Create(CultureInfo.InvariantCulture, $"0 to {end / 60:0.0} minutes"));
        foreach (var caption in captions)
            Text(svg, Left, y += 18, caption);
        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawPanel(
        StringBuilder svg, (string Name, string Colour, Func<Sample, double> Value) panel, IReadOnlyList<Sample> samples, double end, int top)
    {
        var most = Math.Max(1, samples.Max(panel.Value) * 1.1);
        var points = samples.Select(s => string.Create(
            CultureInfo.InvariantCulture,
            $"{Left + s.Seconds / end * (Width - Left - Right):0.0},{top + Panel - panel.Value(s) / most * Panel:0.0}"));
        Text(svg, Left, top - 6, panel.Name);
        Text(svg, 10, top + 10, most.ToString("0", CultureInfo.InvariantCulture));
        Text(svg, 10, top + Panel, "0");
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{top}\" width=\"{Width - Left - Right}\" height=\"{Panel}\" fill=\"none\" stroke=\"#cccccc\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{panel.Colour}\" stroke-width=\"1.5\" points=\"{string.Join(' ', points)}\"/>\n");
    }

    private static void Text(StringBuilder svg, int x, int y, string text) =>
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x}\" y=\"{y}\">{WebUtility.HtmlEncode(text)}</text>\n");
}
