using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;
using Parley.Conversation.Tenants;
using Parley.Persistence.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Parley.Persistence.Tenants;

/// <summary>A tenant as a YAML file: read strictly, with every mistake and its line.</summary>
public static partial class TenantFile
{
    private static readonly LocalTimePattern Time = LocalTimePattern.CreateWithInvariantCulture("H:mm");
    private static readonly IsoDayOfWeek[] Days = [.. Enum.GetValues<IsoDayOfWeek>().Where(d => d != IsoDayOfWeek.None)];

    /// <summary>Reads a tenant. Its <see cref="Tenant.Id"/> is empty: a file knows only the slug.</summary>
    /// <exception cref="TenantFileException">The file has mistakes.</exception>
    public static Tenant Parse(string yaml, string fileName)
    {
        var errors = new List<TenantFileError>();
        Tenant? tenant = null;
        try
        {
            var documents = YamlText.Load(yaml);
            if (documents.Count != 1)
                errors.Add(new TenantFileError(1, "The file must hold one tenant."));
            else if (YamlMap.Of(documents[0].RootNode, "A tenant", errors) is { } map)
                tenant = Read(map);
        }
        catch (YamlException e)
        {
            errors.Add(new TenantFileError(e.Start.Line, e.Message));
        }

        return errors.Count == 0 && tenant is not null
            ? tenant
            : throw new TenantFileException(fileName, [.. errors.OrderBy(e => e.Line)]);
    }

    /// <summary>Writes a tenant as a file that <see cref="Parse"/> reads back; its id is not in it.</summary>
    public static string Write(Tenant tenant) => TenantFileWriter.Write(tenant);

    private static Tenant Read(YamlMap map)
    {
        var tenant = new Tenant
        {
            Id = Guid.Empty,
            Slug = Matching(map, "slug", map.RequiredText("slug"), Slug(), "lower-case letters, digits and dashes, such as luigis") ?? "",
            Name = map.RequiredText("name"),
            Kind = ReadKind(map),
            TimeZone = ReadZone(map),
            Language = Matching(map, "language", map.Text("language"), LanguageTag(), "a BCP 47 tag, such as en-US") ?? "en-US",
            Voice = map.Text("voice"),
            Greeting = map.RequiredText("greeting"),
            Address = map.Text("address"),
            Phone = ReadNumber(map, "phone"),
            Numbers = ReadNumbers(map),
            Hours = new OpeningHours(map.Map("hours", ReadWeek) ?? [], ReadClosed(map)),
            Services = map.Maps("services", s => new Service(
                s.RequiredText("name"), s.Text("price"), s.Int("duration_minutes", 1, 24 * 60), s.Texts("aliases"))),
            Facts = map.Maps("facts", f => new Fact(f.RequiredText("topic"), f.Texts("keywords"), f.RequiredText("answer"))),
            Booking = map.Map("booking", ReadBooking),
            Departments = map.Maps("departments", d => new Department(
                d.RequiredText("name"), Matching(d, "number", d.RequiredText("number"), Number(), NumberExpected) ?? "", d.Texts("keywords"))),
            Messages = map.Map("messages", ReadMessages) ?? new MessageSettings(),
            Escalations = map.Map("escalations", TenantPeopleFile.ReadEscalations) ?? new EscalationSettings(),
            Plan = Matching(map, "plan", map.Text("plan"), Slug(), "a plan's name: lower-case letters, digits and dashes"),
            Features = TenantPeopleFile.ReadFeatures(map),
            Capture = map.Bool("capture"),
            Providers = map.Map("providers", ProviderChoiceFile.Read),
            Agent = map.Map("agent", AgentSettingsFile.Read),
            Tools = HttpToolFile.Read(map),
            Turns = map.Map("turns", t => new TurnTuning
            {
                Patience = t.Number("patience", 0.25, 4),
                BargeInSensitivity = t.Number("barge_in_sensitivity", 0, 1),
                SilenceMs = t.Map("silence_ms", s => new EndpointingTuning
                {
                    AnsweredMs = s.Int("answered", 100, 10_000),
                    QuestionMs = s.Int("question", 100, 10_000),
                    CompleteMs = s.Int("complete", 100, 10_000),
                    BareMs = s.Int("bare", 100, 10_000),
                    NeutralMs = s.Int("neutral", 100, 10_000),
                    StatementMs = s.Int("statement", 100, 10_000),
                    OpeningMs = s.Int("opening", 100, 10_000),
                    DictationMs = s.Int("dictation", 100, 10_000),
                    TrailingMs = s.Int("trailing", 100, 10_000),
                    UnfinishedMs = s.Int("unfinished", 100, 10_000),
                    PiecewiseMs = s.Int("piecewise", 100, 10_000),
                }),
            }),
        };
        BookingResourceFile.CheckServices(map, tenant);
        map.RejectUnknown();
        return tenant;
    }

    private static BusinessKind ReadKind(YamlMap map)
    {
        if (map.Find("kind") is null)
            map.RequiredText("kind");
        return map.Value<BusinessKind>(
            "kind",
            t => EnumText<BusinessKind>.TryParse(t, out var kind) ? kind : null,
            "one of " + string.Join(", ", EnumText<BusinessKind>.All)) ?? BusinessKind.Other;
    }

    private static DateTimeZone ReadZone(YamlMap map)
    {
        var id = map.RequiredText("time_zone");
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(id);
        if (zone is null && id.Length > 0)
            map.Error("time_zone", $"'{id}' is not an IANA time zone; one is America/New_York.");
        return zone ?? DateTimeZone.Utc;
    }

    private static List<string> ReadNumbers(YamlMap map)
    {
        var numbers = new List<string>();
        foreach (var node in map.Items("numbers"))
        {
            if (map.Scalar(node, "numbers") is not { } text)
                continue;
            if (!Number().IsMatch(text))
                map.Error(node, $"'{text}' must be {NumberExpected}.");
            else if (numbers.Contains(text))
                map.Error(node, $"'{text}' is there twice.");
            else
                numbers.Add(text);
        }

        return numbers;
    }

    private static List<OpeningSpan> ReadWeek(YamlMap week)
    {
        var spans = new List<OpeningSpan>();
        foreach (var day in Days)
        {
            var key = EnumText<IsoDayOfWeek>.Of(day);
            foreach (var node in week.Items(key))
            {
                if (week.Scalar(node, key) is { } text && text != "closed" && ReadSpan(week, node, day, text) is { } span)
                    spans.Add(span);
            }
        }

        return spans;
    }

    private static OpeningSpan? ReadSpan(YamlMap week, YamlNode node, IsoDayOfWeek day, string text)
    {
        const string Expected = "a span of two times, such as 17:00-22:00, or closed";
        if (text.Split('-') is not [var from, var to])
        {
            week.Error(node, $"'{text}' must be {Expected}.");
            return null;
        }

        // 24:00 is how people write midnight at the end of a day; a span ends after midnight when it closes at or before it opens.
        var open = week.Parse(node, from, Time, Expected);
        var close = week.Parse(node, to.Trim() == "24:00" ? "0:00" : to, Time, Expected);
        if (open is null || close is null)
            return null;
        if (open == close)
            week.Error(node, $"'{text}' opens and closes at the same time.");
        return new OpeningSpan(day, open.Value, close.Value);
    }

    private static List<LocalDate> ReadClosed(YamlMap map)
    {
        var dates = new List<LocalDate>();
        foreach (var node in map.Items("closed"))
        {
            if (map.Scalar(node, "closed") is { } text && map.Parse(node, text, LocalDatePattern.Iso, "a date, such as 2026-12-25") is { } date)
                dates.Add(date);
        }

        return dates;
    }

    private static BookingRules ReadBooking(YamlMap map)
    {
        var defaults = new BookingRules();
        var link = ReadAddress(map, "reservation_link", map.Text("reservation_link"));
        return new BookingRules
        {
            MaxPartySize = map.Int("max_party_size", 1, 1000) ?? defaults.MaxPartySize,
            MinNoticeMinutes = map.Int("min_notice_minutes", 0, 60 * 24 * 30) ?? defaults.MinNoticeMinutes,
            MaxDaysAhead = map.Int("max_days_ahead", 1, 730) ?? defaults.MaxDaysAhead,
            LastBookingMinutesBeforeClose = map.Int("last_booking_minutes_before_close", 0, 24 * 60) ?? defaults.LastBookingMinutesBeforeClose,
            ReservationLink = link,
            Resources = BookingResourceFile.Read(map),
        };
    }

    private static string? ReadAddress(YamlMap map, string key, string? link)
    {
        if (link is { Length: > 0 } && !(Uri.TryCreate(link, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"))
            map.Error(key, $"'{link}' must be a web address, such as https://example.com/r.");
        return link;
    }

    private static MessageSettings ReadMessages(YamlMap map)
    {
        var defaults = new MessageSettings();
        return new MessageSettings
        {
            Recap = map.Bool("recap") ?? defaults.Recap,
            ReservationLink = map.Bool("reservation_link") ?? defaults.ReservationLink,
            From = ReadNumber(map, "from"),
            Links = map.Maps("links", l => new TextLink(l.RequiredText("name"), ReadAddress(l, "url", l.RequiredText("url")) ?? "")),
        };
    }

    private static string? ReadNumber(YamlMap map, string key) => Matching(map, key, map.Text(key), Number(), NumberExpected);

    private static string? Matching(YamlMap map, string key, string? text, Regex pattern, string expected)
    {
        if (string.IsNullOrEmpty(text) || pattern.IsMatch(text))
            return text;
        map.Error(key, $"'{key}' is '{text}', but must be {expected}.");
        return null;
    }

    private const string NumberExpected = "a number in E.164, such as \"+12125550101\"";

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex Slug();

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}$")]
    private static partial Regex Number();

    [GeneratedRegex("^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$")]
    private static partial Regex LanguageTag();
}
