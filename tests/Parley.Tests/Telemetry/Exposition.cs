using System.Globalization;
using System.Text.RegularExpressions;

namespace Parley.Tests.Telemetry;

/// <summary>Reads Prometheus' text format 0.0.4, strictly: what it does not know is an error.</summary>
internal sealed partial class Exposition
{
    private Exposition()
    {
    }

    public Dictionary<string, string> Types { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Help { get; } = new(StringComparer.Ordinal);

    /// <summary>Samples by name and labels as written.</summary>
    public Dictionary<string, double> Samples { get; } = new(StringComparer.Ordinal);

    /// <summary>Every name that a query may use.</summary>
    public HashSet<string> Names
    {
        get
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (name, type) in Types)
            {
                if (type == "histogram")
                    names.UnionWith([name + "_bucket", name + "_sum", name + "_count"]);
                else
                    names.Add(name);
            }

            return names;
        }
    }

    public static Exposition Read(string text)
    {
        var page = new Exposition();
        text.ShouldEndWith("\n");
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (HelpLine().Match(line) is { Success: true } help)
                page.Help.Add(help.Groups[1].Value, help.Groups[2].Value);
            else if (TypeLine().Match(line) is { Success: true } type)
                page.Types.Add(type.Groups[1].Value, type.Groups[2].Value);
            else if (SampleLine().Match(line) is { Success: true } sample)
                page.Samples.Add(sample.Groups[1].Value, Number(sample.Groups[3].Value));
            else
                throw new InvalidDataException($"Not the format: {line}");
        }

        page.Help.Keys.ShouldBe(page.Types.Keys, ignoreOrder: true);
        page.Samples.Keys.Select(key => key.Split('{')[0]).ShouldBeSubsetOf(page.Names);
        return page;
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex(@"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$")]
    private static partial Regex HelpLine();

    [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^([a-zA-Z_:][a-zA-Z0-9_:]*(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\[\\"n])*",?)*\})?) (\S+)$""")]
    private static partial Regex SampleLine();
}
