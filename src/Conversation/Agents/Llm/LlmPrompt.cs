using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using NodaTime;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Llm;

/// <summary>The rules and facts that a model is given: the template <c>receptionist.txt</c> with a tenant's values. What changes during a call stands
/// last, so that a provider may keep what comes before.</summary>
internal static partial class LlmPrompt
{
    private static readonly CompositeFormat Booked = CompositeFormat.Parse(
        "taken, from {0} minutes to {1} days ahead, the last one {2} minutes before closing{3}");

    private static readonly string Template = ReadTemplate();

    /// <summary>The first message of a request.</summary>
    public static string For(AgentRequest request, CallFacts noted)
    {
        var tenant = request.Call.Tenant;
        return Variable().Replace(Template, match => match.Groups[1].Value switch
        {
            "name" => tenant.Name,
            "kind" => tenant.Kind.ToString(),
            "language" => Language(tenant.Language),
            "address" => tenant.Address ?? "not known",
            "phone" => tenant.Phone ?? "not known",
            "hours" => Hours(tenant.Hours),
            "services" => Lines(tenant.Services.Select(Service)),
            "facts" => Lines(tenant.Facts.Select(static fact => $"{fact.Topic}: {fact.Answer}")),
            "departments" => LlmTools.Reachable(request) is not { Count: > 0 } departments ? "nobody at the moment" : string.Join(", ", departments.Select(static d => d.Name)),
            "booking" => Booking(tenant),
            "now" => Now(request.Now, tenant.TimeZone),
            "caller" => request.CallerNumberIsKnown() ? "known; use it unless the caller names another one" : "withheld: ask for a number where one is needed",
            "history" => History(request.Caller, tenant.TimeZone),
            "noted" => noted == CallFacts.None ? "nothing" : JsonSerializer.Serialize(noted, LlmStateJson.Default.CallFacts),
            var unknown => throw new InvalidOperationException($"The template names {unknown}, which is nothing."),
        });
    }

    // The name is only a guess: somebody else may call from the same number.
    private static string History(CallerHistory? caller, DateTimeZone zone) => caller is null
        ? "nothing; this seems to be the first call"
        : string.Create(CultureInfo.InvariantCulture,
            $"{caller.Calls} earlier {(caller.Calls == 1 ? "call" : "calls")}, the last on {Instant.FromDateTimeOffset(caller.LastCallAt).InZone(zone).Date:uuuu-MM-dd}")
            + (caller.Name is { } name ? $", then by {name}: use the name only once the caller has given it" : "");

    private static bool CallerNumberIsKnown(this AgentRequest request) => !string.IsNullOrEmpty(request.Call.CallerNumber);

    private static string Language(string tag)
    {
        try
        {
            return CultureInfo.GetCultureInfo(tag).EnglishName;
        }
        catch (CultureNotFoundException)
        {
            return tag;
        }
    }

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

    private static string Booking(Tenant tenant) => tenant.Booking is not { } rules
        ? "not taken on the telephone"
        : string.Format(
            CultureInfo.InvariantCulture, Booked, rules.MinNoticeMinutes, rules.MaxDaysAhead, rules.LastBookingMinutesBeforeClose,
            tenant.Kind == BusinessKind.Restaurant ? string.Create(CultureInfo.InvariantCulture, $", for at most {rules.MaxPartySize} guests") : "");

    private static string Now(DateTimeOffset now, DateTimeZone zone) =>
        Instant.FromDateTimeOffset(now).InZone(zone).LocalDateTime.ToString("dddd, d MMMM uuuu, HH:mm", CultureInfo.InvariantCulture) + $" ({zone.Id})";

    private static string Lines(IEnumerable<string> lines)
    {
        var text = string.Join('\n', lines.Select(static line => "- " + line));
        return text.Length == 0 ? "- nothing" : text;
    }

    private static string ReadTemplate()
    {
        using var stream = typeof(LlmPrompt).Assembly.GetManifestResourceStream("Parley.Conversation.Agents.Llm.receptionist.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"\{\{([a-z]+)\}\}")]
    private static partial Regex Variable();
}
