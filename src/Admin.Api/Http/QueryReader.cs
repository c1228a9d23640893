using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime.Text;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Http;

/// <summary>Reads query values and collects what is wrong with them, so that a caller learns of every mistake at once.</summary>
internal sealed partial class QueryReader
{
    /// <summary>Rows in a page when the caller does not say.</summary>
    public const int DefaultLimit = 50;

    /// <summary>What .NET can hold; ISO 8601 and NodaTime know offsets up to 18 hours, no place on earth has them.</summary>
    private const int MaxOffsetSeconds = 14 * 3600;

    private readonly Dictionary<string, string[]> errors = new(StringComparer.Ordinal);

    public bool HasErrors => errors.Count > 0;

    public ValidationProblem Problem() => TypedResults.ValidationProblem(errors);

    public int Limit(string? text)
    {
        if (text is null)
            return DefaultLimit;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= ListFilter.MaxLimit)
            return limit;
        return Wrong<int>("limit", $"Must be a whole number from 1 to {ListFilter.MaxLimit}.");
    }

    public Cursor? After(string? cursor)
    {
        if (cursor is null)
            return null;
        return Cursor.TryParse(cursor, out var position)
            ? position
            : Wrong<Cursor?>("cursor", "Must be the nextCursor of the page before.");
    }

    /// <summary>The ordinal after which an event stream goes on; -1 for its beginning.</summary>
    public int LastEventId(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return -1;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            ? ordinal
            : Wrong<int>("Last-Event-ID", "Must be the id of an event of this stream.");
    }

    public DateTimeOffset? Time(string name, string? text)
    {
        if (text is null)
            return null;
        if (OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true, Value: var moment } && IsStorable(moment.Year)
            && Math.Abs(moment.Offset.Seconds) <= MaxOffsetSeconds)
            return moment.ToDateTimeOffset();
        if (LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var date } && IsStorable(date.Year))
            return new DateTimeOffset(date.AtMidnight().ToDateTimeUnspecified(), TimeSpan.Zero);
        return Wrong<DateTimeOffset?>(name,
            "Must be an ISO 8601 time with offset, such as 2026-11-21T18:00:00Z (write a plus sign as %2B), or a date; it begins in UTC.");

        // The years .NET and PostgreSQL can both hold at every offset.
        static bool IsStorable(int year) => year is > 1 and < 9999;
    }

    /// <summary>Both ends of a span of time: <c>from</c>, inclusive, and <c>to</c>, exclusive.</summary>
    public (DateTimeOffset? From, DateTimeOffset? To) Span(string? from, string? to)
    {
        var span = (From: Time("from", from), To: Time("to", to));
        if (span.From > span.To)
            Wrong<object?>("to", "Must not be before from.");
        return span;
    }

    public bool? Flag(string name, string? text) => text switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => Wrong<bool?>(name, "Must be true or false."),
    };

    public T? Choice<T>(string name, string? text)
        where T : struct, Enum
    {
        if (text is null)
            return null;
        foreach (var value in Enum.GetValues<T>())
        {
            if (NameOf(value) == text)
                return value;
        }

        return Wrong<T?>(name, $"Must be one of {string.Join(", ", Enum.GetValues<T>().Select(NameOf))}.");
    }

    /// <summary>A tenant's slug or id.</summary>
    public string? Tenant(string? text) => text is null || SlugOrId().IsMatch(text)
        ? text
        : Wrong<string?>("tenant", "Must be a tenant's slug or id.");

    /// <summary>A whole number in E.164, or three digits or more of one; spaces and punctuation people write are left out.</summary>
    public string? Number(string? text)
    {
        if (text is null)
            return null;
        var number = Punctuation().Replace(text, "");
        return NumberOrDigits().IsMatch(number)
            ? number
            : Wrong<string?>("number", "Must be a number such as +12125550123 (write the plus sign as %2B), or 3 to 15 digits of one.");
    }

    internal static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private T? Wrong<T>(string name, string message)
    {
        errors[name] = [message];
        return default;
    }

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex SlugOrId();

    [GeneratedRegex(@"[ ().\-/]")]
    private static partial Regex Punctuation();

    [GeneratedRegex(@"^(\+[1-9][0-9]{6,14}|[0-9]{3,15})\z")]
    private static partial Regex NumberOrDigits();
}
