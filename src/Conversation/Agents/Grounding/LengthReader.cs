using System.Collections.Frozen;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>Finds lengths of time in a text: "half an hour", "three to five days", "an hour and a half", "within a year".</summary>
internal static class LengthReader
{
    private static readonly FrozenDictionary<string, int> Units = Read(
        """
        1 minute minutes min mins minuto minutos минут минуты минута минуту דקה דקות
        60 hour hours hr hrs hora horas час часа часов שעה שעות
        1440 day days día días день дня дней יום ימים
        10080 week weeks semana semanas неделя недели неделю недель שבוע שבועות
        43200 month months mes meses месяц месяца месяцев חודש חודשים
        518400 year years año años год года лет שנה שנים
        """);

    // Before "a year": "thirty dollars a year" and "twice a year" are no lengths.
    private static readonly FrozenSet<string> BeforeOne = FrozenSet.Create(
        "after", "for", "within", "in", "about", "around", "roughly", "nearly", "takes", "take", "lasts", "last", "needs", "need", "to", "than", "least", "most", "over", "under", "only", "just", "another",
        "until", "the", "quarter");

    private static readonly FrozenSet<string> Between = FrozenSet.Create("working", "business", "calendar", "full", "whole", "laborables", "hábiles", "рабочих", "календарных", "-");
    private static readonly FrozenSet<string> Joints = FrozenSet.Create("to", "or", "-", "a", "o", "до", "или", "או", "עד");

    /// <summary>The lengths, in their order.</summary>
    public static IReadOnlyList<SpokenLength> Read(IReadOnlyList<SpokenToken> tokens)
    {
        List<SpokenLength>? found = null;
        for (var at = 0; at < tokens.Count; at++)
        {
            var (length, first, end) = One(tokens, at);
            // "Returned within thirty days, exchanged within sixty"
            if (end == at && found is [.., var before] && IsOfBefore(tokens, at))
                found.Add(before with { Amount = tokens[at].Value, At = at });
            // "Seven days a week", "just a minute"
            if (end == at || IsRate(tokens, end) || length.Minutes <= 1)
                continue;
            found ??= [];
            if (first is { } least)
                found.Add(length with { Amount = least, At = at });
            found.Add(length with { At = at });
            at = end - 1;
        }

        return found ?? (IReadOnlyList<SpokenLength>)[];
    }

    // The length that begins at a place, the lesser one of a range, and where it ends; that place again when there is none.
    private static (SpokenLength Length, decimal? First, int End) One(IReadOnlyList<SpokenToken> tokens, int at)
    {
        var token = tokens[at];
        // "Half an hour", "a quarter of an hour", "media hora"
        if (token.Text is "half" or "media" or "חצי" or "quarter" && UnitAt(tokens, Behind(tokens, at + 1)) is > 0 and var part)
            return (new SpokenLength(token.Is("quarter") ? 0.25m : 0.5m, part), null, Behind(tokens, at + 1) + 1);
        if (token.Text is "полчаса")
            return (new SpokenLength(30, 1), null, at + 1);
        if (token.Text is "a" or "an" && at > 0 && BeforeOne.Contains(tokens[at - 1].Text) && UnitAt(tokens, at + 1) is > 0 and var one)
            return WithRest(tokens, new SpokenLength(1, one), null, at + 2);
        if (token is not { Kind: TokenKind.Number, IsOrdinal: false })
            return (default, null, at);
        var (end, first) = (at + 1, (decimal?)null);
        if (end + 1 < tokens.Count && Joints.Contains(tokens[end].Text) && tokens[end + 1] is { Kind: TokenKind.Number, IsOrdinal: false })
            (first, end) = (token.Value, end + 2);
        var amount = tokens[end - 1].Value;
        if (end < tokens.Count && Between.Contains(tokens[end].Text))
            end++;
        return UnitAt(tokens, end) is > 0 and var unit && !IsClock(tokens, at, end)
            ? WithRest(tokens, new SpokenLength(amount, unit), first, end + 1)
            : (default, null, at);
    }

    // "An hour and a half", "one hour and forty five minutes"
    private static (SpokenLength Length, decimal? First, int End) WithRest(IReadOnlyList<SpokenToken> tokens, SpokenLength length, decimal? first, int end)
    {
        var next = end < tokens.Count && tokens[end].Text is "and" or "y" or "и" ? end + 1 : end;
        if (next > end && next + 1 < tokens.Count && tokens[next].Is("a") && tokens[next + 1].Is("half"))
            return (length with { Amount = length.Amount + 0.5m }, first, next + 2);
        return length.Unit == 60 && UnitAt(tokens, next + 1) == 1 && tokens[next] is { Kind: TokenKind.Number, IsOrdinal: false }
            ? (new SpokenLength(length.Minutes + tokens[next].Value, 1), first, next + 2)
            : (length, first, end);
    }

    private static int Behind(IReadOnlyList<SpokenToken> tokens, int at)
    {
        while (at < tokens.Count && tokens[at].Text is "a" or "an" or "of")
            at++;
        return at;
    }

    private static bool IsOfBefore(IReadOnlyList<SpokenToken> tokens, int at) => at > 0 && tokens[at] is { Kind: TokenKind.Number, IsOrdinal: false }
        && tokens[at - 1].Text is "within" or "after" or "and" or "over" && (at + 1 == tokens.Count || tokens[at + 1].Kind == TokenKind.Mark || tokens[at + 1].Text is "for" or "if" or "when");

    // "A day's notice"
    private static int UnitAt(IReadOnlyList<SpokenToken> tokens, int at) =>
        at < tokens.Count && tokens[at].Kind == TokenKind.Word && Units.TryGetValue(tokens[at].Text.EndsWith("'s", StringComparison.Ordinal) ? tokens[at].Text[..^2] : tokens[at].Text, out var unit) ? unit : 0;

    private static bool IsRate(IReadOnlyList<SpokenToken> tokens, int at) =>
        at + 1 < tokens.Count && tokens[at].Text is "a" or "an" or "per" or "al" or "por" or "в" && UnitAt(tokens, at + 1) > 0;

    // "В семь часов", "a las 19 horas": a time of day.
    private static bool IsClock(IReadOnlyList<SpokenToken> tokens, int at, int unit) => at > 0 && tokens[unit].Text is "час" or "часа" or "часов" or "hora" or "horas"
        && tokens[at - 1].Text is "в" or "до" or "с" or "со" or "к" or "после" or "las" or "la";

    private static FrozenDictionary<string, int> Read(string lines) => lines.Split('\n')
        .Select(static line => line.Trim().Split(' '))
        .SelectMany(static line => line.Skip(1).Select(word => (word, Minutes: int.Parse(line[0], System.Globalization.CultureInfo.InvariantCulture))))
        .ToFrozenDictionary(static pair => pair.word, static pair => pair.Minutes, StringComparer.Ordinal);
}
