using System.Globalization;
using System.Text;
using System.Text.Json;
using NodaTime;
using Parley.Conversation.Flags;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Llm;

/// <summary>The rules and facts that a model is given: the template <c>receptionist.txt</c> with a tenant's values. What changes during a call stands
/// last, so that a provider may keep what comes before.</summary>
internal static class LlmPrompt
{
    private const string DefaultStyle = "friendly and brief";

    private static readonly CompositeFormat Booked = CompositeFormat.Parse(
        "bookings are taken from {0} minutes to {1} days ahead, the last one {2} minutes before closing{3}");

    /// <summary>The first message of a request.</summary>
    public static string For(AgentRequest request, CallFacts noted)
    {
        var tenant = request.Call.Tenant;
        return PromptTexts.Fill(PromptTexts.Rules, name => name switch
        {
            "name" => tenant.Name,
            "kind" => tenant.Kind.ToString(),
            "language" => SpokenLanguages.Name(tenant.Language),
            "change" => new SpokenLanguages(tenant, request.Features).Off is { Count: > 0 } off
                ? PromptTexts.Of("change-but", SpokenLanguages.Names(off)) : PromptTexts.Of("change-any"),
            "style" => tenant.Agent?.Style ?? DefaultStyle,
            "address" => tenant.Address ?? "not known",
            "phone" => tenant.Phone ?? "not known",
            "hours" => Hours(tenant.Hours),
            "services" => Lines(tenant.Services.Select(Service)),
            "facts" => Lines(tenant.Facts.Select(static fact => $"{fact.Topic}: {fact.Answer}")),
            "policies" => Policies(tenant),
            "departments" => Departments(request) is not { Count: > 0 } departments ? "nobody at the moment" : string.Join(", ", departments.Select(static d => d.Name)),
            "instructions" => tenant.Agent?.Instructions is { } own ? $"{PromptTexts.Of("instructions")}\n{own}\n" : "",
            "tools" => Tools(request),
            "now" => Now(request.Now, tenant.TimeZone),
            "open" => Open(request.Now, tenant),
            "caller" => string.IsNullOrEmpty(request.Call.CallerNumber) ? "withheld: ask for a number where one is needed" : "known; use it unless the caller names another one",
            "history" => History(request),
            "noted" => noted == CallFacts.None ? "nothing" : Untrusted.Quote(JsonSerializer.Serialize(noted, LlmStateJson.Default.CallFacts)),
            var unknown => throw new InvalidOperationException($"The template names {unknown}, which is nothing."),
        });
    }

    private static IReadOnlyList<Department> Departments(AgentRequest request) =>
        request.Features.Has(Features.Tool("transfer_to")) ? request.Call.Tenant.ReachableAt(Instant.FromDateTimeOffset(request.Now)) : [];

    private static string Hours(OpeningHours hours)
    {
        if (!hours.IsKnown)
            return "not known";
        var days = Enumerable.Range(1, 7).Select(static day => (IsoDayOfWeek)day).Select(day =>
        {
            var spans = hours.Weekly.Where(span => span.Day == day).OrderBy(static span => span.Open)
                .Select(static span => string.Create(CultureInfo.InvariantCulture, $"{span.Open:HH:mm} to {span.Close:HH:mm}"));
            var text = string.Join(" and ", spans);
            return $"{day}: {(text.Length == 0 ? "closed" : text)}";
        });
        var closed = hours.Closed.Select(static date => string.Create(CultureInfo.InvariantCulture, $"Closed on {date:uuuu-MM-dd}"));
        return Lines(days.Concat(closed));
    }

    private static string Service(Service service) =>
        $"{service.Name}: {service.Price ?? "price on request"}{(service.DurationMinutes is { } minutes ? string.Create(CultureInfo.InvariantCulture, $", {minutes} minutes") : "")}";

    private static string Policies(Tenant tenant) => tenant.Booking is not { } rules
        ? "no bookings are taken on the telephone"
        : string.Format(
            CultureInfo.InvariantCulture, Booked, rules.MinNoticeMinutes, rules.MaxDaysAhead, rules.LastBookingMinutesBeforeClose,
            tenant.Kind == BusinessKind.Restaurant ? string.Create(CultureInfo.InvariantCulture, $", for at most {rules.MaxPartySize} guests") : "");

    private static string Tools(AgentRequest request)
    {
        var offered = request.Tools?.Offered.Select(static tool => tool.Name).ToHashSet(StringComparer.Ordinal) ?? [];
        if (offered.Count == 0)
            return Lines([PromptTexts.Of("tool-none")]);
        List<string> lines = [];
        foreach (var (tool, key) in (ReadOnlySpan<(string, string)>)[("remember_booking", "tool-remember"), ("hold_booking", "tool-booking"), ("take_message", "tool-message"), ("transfer_to", "tool-transfer"), ("end_call", "tool-end")])
        {
            if (offered.Contains(tool))
                lines.Add(PromptTexts.Of(key));
        }

        return Lines(lines);
    }

    private static string Now(DateTimeOffset now, DateTimeZone zone) =>
        Instant.FromDateTimeOffset(now).InZone(zone).LocalDateTime.ToString("dddd, d MMMM uuuu, HH:mm", CultureInfo.InvariantCulture) + $" ({zone.Id})";

    private static string Open(DateTimeOffset now, Tenant tenant)
    {
        if (!tenant.Hours.IsKnown)
            return "open at times that are not known";
        var local = Instant.FromDateTimeOffset(now).InZone(tenant.TimeZone).LocalDateTime;
        var spans = Enumerable.Range(-1, 16).Select(local.Date.PlusDays)
            .SelectMany(date => tenant.Hours.On(date).Select(s => (Open: date + s.Open, Close: s.Close > s.Open ? date + s.Close : date.PlusDays(1) + s.Close)))
            .OrderBy(static s => s.Open).ToList();
        if (spans.Find(s => local >= s.Open && local < s.Close) is { Close: var close } && close != default)
            return $"open now, until {Moment(close)}";
        return spans.Find(s => s.Open > local) is { Open: var open } && open != default ? $"closed now, and opens on {Moment(open)}" : "closed now";
    }

    private static string Moment(LocalDateTime time) => time.ToString("dddd HH:mm", CultureInfo.InvariantCulture);

    // The name is only a guess: somebody else may call from the same number.
    private static string History(AgentRequest request)
    {
        if (request.Caller is not { } past)
            return "none known";
        var last = Instant.FromDateTimeOffset(past.LastCallAt).InZone(request.Call.Tenant.TimeZone).Date;
        var name = past.Name is { } known ? $", then by {Untrusted.Quote(known)}: use the name only once the caller has given it" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{past.Calls} earlier {(past.Calls == 1 ? "call" : "calls")}, the last on {last:uuuu-MM-dd}{name}");
    }

    private static string Lines(IEnumerable<string> lines)
    {
        var text = string.Join('\n', lines.Select(static line => "- " + line));
        return text.Length == 0 ? "- nothing" : text;
    }
}
