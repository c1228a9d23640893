using System.Globalization;
using System.Xml.Linq;
using Parley.Loading;

namespace Parley.Tests.Loading;

public sealed class LatencyChartTests
{
    [Fact]
    public void It_is_well_formed_and_every_point_lies_inside()
    {
        var svg = XDocument.Parse(LatencyChart.Draw(
            "Latency <of> \"everything\" & more", [new ChartLine("p50", [(10, 1.5), (400, 3)]), new ChartLine("p99", [(10, 9), (400, 69.4)])])).Root!;

        svg.Name.LocalName.ShouldBe("svg");
        var circles = svg.Descendants().Where(e => e.Name.LocalName == "circle").ToArray();
        circles.Length.ShouldBe(4);
        circles.ShouldAllBe(c => Number(c, "cx") > 0 && Number(c, "cx") < 720 && Number(c, "cy") > 0 && Number(c, "cy") < 400);
        svg.Descendants().Count(e => e.Name.LocalName == "polyline").ShouldBe(2);
    }

    [Fact]
    public void More_milliseconds_stand_higher_and_more_calls_further_right()
    {
        var svg = XDocument.Parse(LatencyChart.Draw("t", [new ChartLine("p50", [(10, 1), (400, 30)])])).Root!;
        var circles = svg.Descendants().Where(e => e.Name.LocalName == "circle").ToArray();

        Number(circles[1], "cx").ShouldBeGreaterThan(Number(circles[0], "cx"));
        Number(circles[1], "cy").ShouldBeLessThan(Number(circles[0], "cy"));
    }

    [Fact]
    public void Nothing_measured_is_an_empty_chart() =>
        XDocument.Parse(LatencyChart.Draw("t", [new ChartLine("p50", [])])).Descendants().ShouldNotContain(e => e.Name.LocalName == "circle");

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
