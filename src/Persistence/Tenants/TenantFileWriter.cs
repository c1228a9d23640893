using NodaTime;
using NodaTime.Text;
using Parley.Conversation.Tenants;
using Parley.Persistence.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Parley.Persistence.Tenants;

/// <summary>Writes a tenant as the file that <see cref="TenantFile"/> reads; what is at its default is left out.</summary>
internal static class TenantFileWriter
{
    private static readonly LocalTimePattern Time = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    public static string Write(Tenant tenant)
    {
        var root = Map(
            ("slug", Text(tenant.Slug)),
            ("name", Text(tenant.Name)),
            ("kind", Text(EnumText<BusinessKind>.Of(tenant.Kind))),
            ("time_zone", Text(tenant.TimeZone.Id)),
            ("language", Text(tenant.Language)),
            ("voice", Text(tenant.Voice)),
            ("greeting", Text(tenant.Greeting)),
            ("address", Text(tenant.Address)),
            ("phone", Text(tenant.Phone)),
            ("numbers", Texts(tenant.Numbers)),
            ("hours", Week(tenant.Hours)),
            ("closed", Texts(tenant.Hours.Closed.Select(LocalDatePattern.Iso.Format))),
            ("services", List(tenant.Services.Select(s => Map(
                ("name", Text(s.Name)), ("price", Text(s.Price)), ("duration_minutes", Plain(s.DurationMinutes)), ("aliases", Texts(s.Aliases)))))),
            ("facts", List(tenant.Facts.Select(f => Map(
                ("topic", Text(f.Topic)), ("keywords", Texts(f.Keywords)), ("answer", Text(f.Answer)))))),
            ("booking", tenant.Booking is not { } b ? null : Map(
                ("max_party_size", Plain(b.MaxPartySize)),
                ("min_notice_minutes", Plain(b.MinNoticeMinutes)),
                ("max_days_ahead", Plain(b.MaxDaysAhead)),
                ("last_booking_minutes_before_close", Plain(b.LastBookingMinutesBeforeClose)),
                ("reservation_link", Text(b.ReservationLink)),
                ("resources", List(b.Resources.Select(Resource))))),
            ("departments", List(tenant.Departments.Select(d => Map(
                ("name", Text(d.Name)), ("number", Text(d.Number)), ("keywords", Texts(d.Keywords)))))),
            ("messages", Map(
                ("recap", Plain(tenant.Messages.Recap)),
                ("reservation_link", Plain(tenant.Messages.ReservationLink)),
                ("from", Text(tenant.Messages.From)),
                ("links", List(tenant.Messages.Links.Select(l => Map(("name", Text(l.Name)), ("url", Text(l.Url)))))))),
            ("escalations", tenant.Escalations == new EscalationSettings() ? null : Map(
                ("transfer", Text(EnumText<TransferTimes>.Of(tenant.Escalations.Transfer))),
                ("whisper", Plain(tenant.Escalations.Whisper)),
                ("press_to_accept", Plain(tenant.Escalations.PressToAccept)),
                ("full_numbers", Plain(tenant.Escalations.FullNumbers)))),
            ("plan", Text(tenant.Plan)),
            ("features", tenant.Features is not { Count: > 0 } features ? null : Map(
                [.. features.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => (f.Key, (YamlNode?)Plain(f.Value)))])),
            ("capture", Plain(tenant.Capture)),
            ("providers", tenant.Providers is not { } p ? null : Map(
                ("recognise", p.Recognise is null ? null : Texts(p.Recognise)),
                ("think", p.Think is null ? null : Texts(p.Think)),
                ("speak", p.Speak is null ? null : Texts(p.Speak)),
                ("models", ByProvider(p.Models)),
                ("voices", ByProvider(p.Voices)),
                ("temperature", Plain(p.Temperature)))),
            ("agent", tenant.Agent is not { } a ? null : Map(
                ("instructions", Text(a.Instructions)),
                ("style", Text(a.Style)),
                ("confidence", Plain(a.Confidence)),
                ("strict", a.Strict ? Plain(true) : null),
                ("tools", a.Tools is null ? null : new YamlSequenceNode(a.Tools.Select(t => Text(t)!))))),
            ("tools", List(tenant.Tools.Select(HttpToolFile.Write))),
            ("turns", tenant.Turns is not { } t ? null : Map(
                ("patience", Plain(t.Patience)), ("barge_in_sensitivity", Plain(t.BargeInSensitivity)),
                ("silence_ms", t.SilenceMs is not { } s ? null : Map(
                    ("answered", Plain(s.AnsweredMs)),
                    ("question", Plain(s.QuestionMs)),
                    ("complete", Plain(s.CompleteMs)),
                    ("bare", Plain(s.BareMs)),
                    ("neutral", Plain(s.NeutralMs)),
                    ("statement", Plain(s.StatementMs)),
                    ("opening", Plain(s.OpeningMs)),
                    ("dictation", Plain(s.DictationMs)),
                    ("trailing", Plain(s.TrailingMs)),
                    ("unfinished", Plain(s.UnfinishedMs)),
                    ("piecewise", Plain(s.PiecewiseMs)))))));
        using var writer = new StringWriter { NewLine = "\n" };
        new YamlStream(new YamlDocument(root)).Save(writer, assignAnchors: false);
        // The library ends a document with "...", which one document alone does not need.
        return writer.ToString().Replace("\n...\n", "\n", StringComparison.Ordinal);
    }

    private static YamlMappingNode Resource(BookingResource resource)
    {
        var isRoom = resource.Kind == ResourceKind.Room;
        return Map(
            ("name", Text(resource.Name)),
            ("kind", Text(EnumText<ResourceKind>.Of(resource.Kind))),
            ("capacity", Plain(resource.Capacity)),
            ("count", resource.Names.Count > 0 ? null : Plain(resource.Count)),
            ("names", Texts(resource.Names)),
            ("duration_minutes", Plain(resource.DurationMinutes)),
            ("buffer_minutes", Plain(resource.BufferMinutes)),
            ("services", Texts(resource.Services)),
            ("check_in", isRoom ? Text(Time.Format(resource.CheckIn)) : null),
            ("check_out", isRoom ? Text(Time.Format(resource.CheckOut)) : null),
            ("calendar", ResourceCalendarFile.Write(resource.Calendar)));
    }

    private static YamlMappingNode? Week(OpeningHours hours) => !hours.IsKnown ? null : Map([.. hours.Weekly
        .GroupBy(s => s.Day)
        .OrderBy(g => g.Key)
        .Select(g => (EnumText<IsoDayOfWeek>.Of(g.Key), Texts(g.Select(s => $"{Time.Format(s.Open)}-{Time.Format(s.Close)}"))))]);

    private static YamlMappingNode Map(params (string Key, YamlNode? Value)[] entries) =>
        new(entries.Where(e => e.Value is not null).Select(e => KeyValuePair.Create<YamlNode, YamlNode>(new YamlScalarNode(e.Key), e.Value!)));

    private static YamlMappingNode? ByProvider(IReadOnlyDictionary<string, string> values) => values.Count == 0
        ? null
        : Map([.. values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => (v.Key, (YamlNode?)Text(v.Value)))]);

    private static YamlSequenceNode? List(IEnumerable<YamlNode> items) => items.ToList() is { Count: > 0 } list ? new YamlSequenceNode(list) : null;

    private static YamlSequenceNode? Texts(IEnumerable<string> texts) => List(texts.Select(t => Text(t)!));

    // Quoted: a text such as "no" or "+1212" must stay one, whoever reads the file.
    private static YamlScalarNode? Text(string? text) => text is null ? null : new YamlScalarNode(text) { Style = ScalarStyle.DoubleQuoted };

    private static YamlScalarNode? Plain<T>(T value) => value is null
        ? null
        : new YamlScalarNode(value is bool b ? (b ? "true" : "false") : FormattableString.Invariant($"{value}"));
}
