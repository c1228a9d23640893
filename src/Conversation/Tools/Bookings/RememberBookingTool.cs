using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Llm;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools.Bookings;

/// <summary>
/// Notes what is known of a booking, piece by piece, so that a caller who hangs up is not lost: it becomes the call's lead. Where a booking is of
/// something that can be taken, noting it books nothing.
/// </summary>
internal sealed class RememberBookingTool : ICallTool
{
    public string Name => "remember_booking";

    public ToolEffect Effect => ToolEffect.Reads;

    public ModelTool? Describe(Tenant tenant)
    {
        if (tenant.Booking is null)
            return null;
        List<ToolParameter> parameters =
        [
            ToolPerson.Name, new("date_time", "string", "Local date and time, such as 2026-03-05T19:30.", MostChars: 32),
            new("party_size", "integer", "Number of guests.", Least: 1, Most: 10_000), new("service", "string", "Name of the service."), ToolPerson.Number,
        ];
        parameters.Add(new("confirmed", "boolean", "True only after the booking was read back and the caller said yes."));
        return ToolSchema.Tool(Name, "Note what is known of a booking; leave out what is not known.", [.. parameters]);
    }

    public Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken) => Task.FromResult(Run(call));

    private static ToolResult Run(ToolInvocation call)
    {
        var tenant = call.Call.Tenant;
        var facts = call.Facts;
        if (ToolPerson.Read(call, ref facts) is { } wrong)
            return wrong;
        facts = facts with { Intent = CallIntent.Booking };
        if (call.Number("party_size") is { } guests)
        {
            if (tenant.Kind == BusinessKind.Restaurant && guests > tenant.Booking!.MaxPartySize)
                return ToolResult.Failure(ToolError.NotPossible, string.Create(CultureInfo.InvariantCulture, $"Not possible: more than {tenant.Booking.MaxPartySize} guests are booked by a person. Offer to connect or to take a message."));
            facts = facts with { PartySize = guests };
        }

        if (call.Text("service") is { } service)
            facts = facts with { Service = tenant.Services.FirstOrDefault(s => Means(s, service))?.Name ?? service };
        if (call.Text("date_time") is { } time)
        {
            if (ToolTime.Read(time) is not { } when || time.Trim().Length == 10)
                return ToolResult.Failure(ToolError.BadArguments, "date_time is not like 2026-03-05T19:30.");
            var settled = new BookingCalendar(tenant, Instant.FromDateTimeOffset(call.Now)).Resolve(when.Date, new ClockTime(when.Hour, when.Minute, true));
            if (settled.Refusal != Refusal.None)
            {
                var offer = settled.Offer is { } near ? $" The nearest possible time that day: {ToolTime.Data(near)}." : "";
                return ToolResult.Failure(ToolError.NotPossible, $"Not possible ({settled.Refusal}).{offer}") with { Facts = facts with { Confirmed = false } };
            }

            facts = facts with { RequestedFor = settled.When.ToDateTimeUnspecified() };
        }

        var missing = Missing(facts, tenant);
        var before = call.Facts;
        if (before.WishedInTurn is null || before.RequestedFor != facts.RequestedFor || before.PartySize != facts.PartySize || before.Service != facts.Service)
            facts = facts with { WishedInTurn = call.Turn };
        // A yes is to what was told in an earlier turn; a model may say that the caller agreed.
        var told = facts.WishedInTurn < call.Turn || (before.Confirmed && facts.WishedInTurn == before.WishedInTurn);
        facts = facts with { Confirmed = IsWish(facts, tenant) && missing.Count == 0 && told && call.Flag("confirmed") };
        return new ToolResult
        {
            Text = missing.Count > 0 ? $"Noted. Still missing: {string.Join(", ", missing)}."
                : facts.Confirmed ? "Booked."
                : IsWish(facts, tenant) && call.Flag("confirmed") ? "Noted, not booked: the caller has not heard it yet. Read it back, wait for the caller's yes, then call this again with confirmed."
                : IsWish(facts, tenant) ? "Noted. Read it back and ask whether it is right." : "Noted, not booked. Call hold_booking now.",
            Data = new JsonObject
            {
                ["name"] = facts.Name, ["starts"] = facts.RequestedFor is { } at ? ToolTime.Data(LocalDateTime.FromDateTime(at)) : null, ["guests"] = facts.PartySize,
                ["service"] = facts.Service, ["booked"] = facts.Confirmed,
            },
            Facts = facts,
        };
    }

    private static List<string> Missing(CallFacts facts, Tenant tenant)
    {
        List<string> missing = [];
        if (facts.RequestedFor is null)
            missing.Add("date and time");
        if (facts.Name is null)
            missing.Add("name");
        if (tenant.Kind == BusinessKind.Restaurant ? facts.PartySize is null : tenant.Services.Count > 0 && facts.Service is null)
            missing.Add(tenant.Kind == BusinessKind.Restaurant ? "number of guests" : "service");
        return missing;
    }

    // Where nothing can be kept, and several services in one: the staff sees to it.
    private static bool IsWish(CallFacts facts, Tenant tenant) => tenant.Booking is { Resources.Count: 0 }
        || (facts.Service is { } service && tenant.Services.All(s => s.Name != service));

    private static bool Means(Service service, string words) => service.Name.Equals(words, StringComparison.OrdinalIgnoreCase)
        || service.Aliases.Contains(words, StringComparer.OrdinalIgnoreCase);
}
