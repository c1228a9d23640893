using System.Globalization;

namespace Parley.Conversation.Faults;

/// <summary>Reads the text form of a <see cref="FaultPlan"/>.</summary>
internal static class FaultPlanReader
{
    private const double DefaultShare = 0.1;

    public static FaultPlan Read(string text)
    {
        var plan = FaultPlan.None;
        var stalls = new List<FaultStall>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Length == 0)
                throw Wrong(text.Trim().Length == 0 ? "no fault is given" : "there is nothing between two commas, or behind the last one");

            var (name, at, value) = Split(part);
            if (name != "stall" && !seen.Add(name))
                throw Wrong($"'{name}' is given twice");
            if (at is not null && name is not ("stall" or "cut" or "half-open"))
                throw Wrong($"'{part}': {name} takes no moment");

            plan = name switch
            {
                "delay" => plan with { Delay = Duration(part, value) },
                "jitter" => plan with { Jitter = Duration(part, value) },
                "drop" => plan with { Drop = Share(part, value) },
                "duplicate" => plan with { Duplicate = Share(part, value) },
                "reorder" => plan with { Reorder = Share(part, value) },
                "corrupt" => plan with { Corrupt = Share(part, value) },
                "seed" => plan with { Seed = Number(part, value) },
                "cut" => plan with { Cut = Moment(part, at, value) },
                "half-open" => plan with { HalfOpen = Moment(part, at, value) },
                "stall" => plan,
                _ => throw Wrong($"'{name}' is no fault"),
            };
            if (name == "stall")
                stalls.Add(new FaultStall(Moment(part, at, ""), Duration(part, value)));
        }

        return plan with { Stalls = stalls };
    }

    private static (string Name, string? At, string? Value) Split(string part)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        var head = equals < 0 ? part : part[..equals];
        var at = head.IndexOf('@', StringComparison.Ordinal);
        return (at < 0 ? head : head[..at], at < 0 ? null : head[(at + 1)..], equals < 0 ? null : part[(equals + 1)..]);
    }

    private static FaultMoment Moment(string part, string? at, string? value)
    {
        if (value is { Length: > 0 })
            throw Wrong($"'{part}' takes no value");
        if (at is null)
            throw Wrong($"'{part}' needs a moment, such as {part.Split('=')[0]}@3s or {part.Split('=')[0]}@#12");
        if (!at.StartsWith('#'))
            return new FaultMoment(Duration(part, at), 0);

        return int.TryParse(at.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var item) && item > 0
            ? new FaultMoment(null, item)
            : throw Wrong($"'{part}': items are counted from #1");
    }

    private static TimeSpan Duration(string part, string? value)
    {
        var (digits, factor) = value switch
        {
            null => throw Wrong($"'{part}' needs a time, such as 200ms or 2s"),
            _ when value.EndsWith("ms", StringComparison.Ordinal) => (value[..^2], 1),
            _ when value.EndsWith('s') => (value[..^1], 1000),
            _ => throw Wrong($"'{part}': a time is written with its unit, such as 200ms or 2s"),
        };
        const double longest = 3_600_000;
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number * factor <= longest
            ? TimeSpan.FromMilliseconds(number * factor)
            : throw Wrong($"'{part}': '{value}' is no time between 0 and an hour");
    }

    private static double Share(string part, string? value)
    {
        if (value is null)
            return DefaultShare;

        return value.EndsWith('%') && double.TryParse(value.AsSpan(0, value.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent <= 100
            ? percent / 100
            : throw Wrong($"'{part}': a share is a percentage between 0% and 100%");
    }

    private static int Number(string part, string? value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong($"'{part}': a seed is a whole number");

    private static FormatException Wrong(string what) => new($"{what}. Faults are {FaultPlan.Help}.");
}
