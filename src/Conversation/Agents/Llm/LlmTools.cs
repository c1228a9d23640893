using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Agents.Rules.Nlu;
using Parley.Conversation.Flags;
using Parley.Conversation.Llm;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Llm;

/// <summary>
/// What a model can do. Tools change nothing but the answer in the making: what they note takes effect when the answer is spoken, so they may run for an
/// answer that is thrown away.
/// </summary>
internal sealed class LlmTools(AgentRequest request, CallFacts facts)
{
    private const int MostMessageChars = 1000;
    private const int MostNameChars = 100;

    private static readonly ModelTool EndCallTool = Tool("end_call", "Hang up. Say goodbye in the same answer.", []);

    private static readonly ModelTool MessageTool = Tool("take_message", "Note a message for the business.",
        ["text"], ("name", "string", "The caller's name."), ("text", "string", "The message, in the caller's words."),
        ("number", "string", "Number to call back; leave out when it is the one the caller is calling from."));

    private static readonly ModelTool BookingTool = Tool("remember_booking", "Note what is known of a booking; leave out what is not known.",
        [], ("name", "string", "The caller's name."), ("date_time", "string", "Local date and time, such as 2026-03-05T19:30."),
        ("party_size", "integer", "Number of guests."), ("service", "string", "Name of the service."),
        ("number", "string", "Number to call back, when it is another one than the caller's."),
        ("confirmed", "boolean", "True only after the booking was read back and the caller said yes."));

    private readonly Tenant tenant = request.Call.Tenant;

    /// <summary>What is known of the caller's wish, with what was noted in this answer.</summary>
    public CallFacts Facts { get; private set; } = facts;

    /// <summary>Hang up after this answer.</summary>
    public bool Ends { get; private set; }

    /// <summary>Connect to this after this answer.</summary>
    public Department? Transfer { get; private set; }

    /// <summary>The tools that make sense for a tenant.</summary>
    public static IReadOnlyList<ModelTool> For(AgentRequest request)
    {
        var tenant = request.Call.Tenant;
        List<ModelTool> tools = [EndCallTool, MessageTool];
        if (tenant.Booking is not null)
            tools.Add(BookingTool);
        var departments = Reachable(request);
        if (departments.Count > 0)
        {
            tools.Add(Tool("transfer_to", $"Connect the caller to a person. Departments: {string.Join(", ", departments.Select(static d => d.Name))}.",
                ["department"], ("department", "string", "One of the departments.")));
        }

        return [.. tools.Where(tool => request.Features.Has(Features.Tool(tool.Name)))];
    }

    /// <summary>Who the caller can be connected with now.</summary>
    public static IReadOnlyList<Department> Reachable(AgentRequest request) =>
        request.Call.Tenant.ReachableAt(Instant.FromDateTimeOffset(request.Now));

    /// <summary>Does what the model asks; returns what the model is told about it.</summary>
    public string Run(ModelToolCall call)
    {
        JsonObject arguments;
        try
        {
            arguments = string.IsNullOrWhiteSpace(call.ArgumentsJson) ? [] : JsonNode.Parse(call.ArgumentsJson) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return "Error: the arguments are not JSON. Ask again with valid JSON.";
        }

        if (!request.Features.Has(Features.Tool(call.Name)))
            return "Error: there is no such tool.";
        return call.Name switch
        {
            "end_call" => End(),
            "take_message" => TakeMessage(arguments),
            "remember_booking" when tenant.Booking is not null => RememberBooking(arguments),
            "transfer_to" => TransferTo(Text(arguments, "department", MostNameChars) ?? ""),
            _ => "Error: there is no such tool.",
        };
    }

    private string End()
    {
        Ends = true;
        return "The call ends after your words. Say goodbye now.";
    }

    private string TransferTo(string wanted)
    {
        var departments = Reachable(request);
        var department = departments.FirstOrDefault(d => d.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase))
            ?? departments.FirstOrDefault(d => d.Keywords.Any(k => wanted.Contains(k, StringComparison.OrdinalIgnoreCase)))
            ?? (departments.Count == 1 ? departments[0] : null);
        if (department is null)
            return departments.Count == 0 ? "Error: nobody can be reached. Offer to take a message." : "Error: there is no such department.";
        Transfer = department;
        if (Facts.Intent is CallIntent.None or CallIntent.Question)
            Facts = Facts with { Intent = CallIntent.Person };
        return "The caller is connected after your words. Say so now.";
    }

    private string TakeMessage(JsonObject arguments)
    {
        if (Text(arguments, "text", MostMessageChars) is not { } text)
            return "Error: text is missing. Ask the caller what the message is.";
        if (!TakePerson(arguments, out var error))
            return error;
        Facts = Facts with { Message = text, Intent = Facts.Intent == CallIntent.Booking ? CallIntent.Booking : CallIntent.Message };
        return Facts.Phone is null && string.IsNullOrEmpty(request.Call.CallerNumber)
            ? "Noted, but there is no number to call back: ask for one."
            : Facts.Name is null ? "Noted, without a name: ask for it once." : "Noted.";
    }

    private string RememberBooking(JsonObject arguments)
    {
        if (!TakePerson(arguments, out var error))
            return error;
        var booking = Facts with { Intent = CallIntent.Booking };
        if (Number(arguments, "party_size") is { } guests)
        {
            if (guests is < 1 or > 10_000)
                return "Error: that is no number of guests.";
            if (tenant.Kind == BusinessKind.Restaurant && guests > tenant.Booking!.MaxPartySize)
                return string.Create(CultureInfo.InvariantCulture, $"Not possible: more than {tenant.Booking.MaxPartySize} guests are booked by a person. Offer to connect or to take a message.");
            booking = booking with { PartySize = guests };
        }

        if (Text(arguments, "service", MostNameChars) is { } service)
            booking = booking with { Service = tenant.Services.FirstOrDefault(s => Means(s, service))?.Name ?? service };
        if (Text(arguments, "date_time", 32) is { } time)
        {
            if (LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(time[..Math.Min(16, time.Length)]) is not { Success: true, Value: var when })
                return "Error: date_time is not like 2026-03-05T19:30.";
            var settled = new BookingCalendar(tenant, Instant.FromDateTimeOffset(request.Now)).Resolve(when.Date, new ClockTime(when.Hour, when.Minute, true));
            if (settled.Refusal != Refusal.None)
            {
                Facts = booking with { Confirmed = false };
                return $"Not possible ({settled.Refusal}).{(settled.Offer is { } offer ? " The nearest possible time that day: " + offer.ToString("uuuu-MM-dd'T'HH:mm", CultureInfo.InvariantCulture) + "." : "")}";
            }

            booking = booking with { RequestedFor = settled.When.ToDateTimeUnspecified() };
        }

        List<string> missing = [];
        if (booking.RequestedFor is null)
            missing.Add("date and time");
        if (booking.Name is null)
            missing.Add("name");
        if (tenant.Kind == BusinessKind.Restaurant ? booking.PartySize is null : tenant.Services.Count > 0 && booking.Service is null)
            missing.Add(tenant.Kind == BusinessKind.Restaurant ? "number of guests" : "service");
        Facts = booking with { Confirmed = missing.Count == 0 && Flag(arguments, "confirmed") };
        return missing.Count > 0 ? $"Noted. Still missing: {string.Join(", ", missing)}."
            : Facts.Confirmed ? "Booked." : "Noted. Read it back and ask whether it is right.";
    }

    private bool TakePerson(JsonObject arguments, out string error)
    {
        error = "";
        if (Text(arguments, "name", MostNameChars) is { } name)
            Facts = Facts with { Name = name };
        if (Text(arguments, "number", 40) is not { } number)
            return true;
        if (PhoneParser.ToE164(number, tenant.Phone ?? request.Call.CalledNumber) is not { } phone)
        {
            error = "Error: that number cannot be dialled. Ask for it again.";
            return false;
        }

        Facts = Facts with { Phone = phone };
        return true;
    }

    private static bool Means(Service service, string words) => service.Name.Equals(words, StringComparison.OrdinalIgnoreCase)
        || service.Aliases.Contains(words, StringComparer.OrdinalIgnoreCase);

    private static string? Text(JsonObject arguments, string name, int most) =>
        arguments[name] is JsonValue value && value.TryGetValue(out string? text) && text.Trim() is { Length: > 0 } bare
            ? bare[..Math.Min(bare.Length, most)]
            : null;

    private static int? Number(JsonObject arguments, string name) => arguments[name] is JsonValue value
        && (value.TryGetValue(out int number) || (value.TryGetValue(out string? text) && int.TryParse(text, CultureInfo.InvariantCulture, out number)))
        ? number
        : null;

    private static bool Flag(JsonObject arguments, string name) =>
        arguments[name] is JsonValue value && (value.TryGetValue(out bool flag) ? flag : value.TryGetValue(out string? text) && text == "true");

    private static ModelTool Tool(string name, string description, string[] required, params (string Name, string Type, string Description)[] parameters)
    {
        var properties = new JsonObject();
        foreach (var parameter in parameters)
            properties[parameter.Name] = new JsonObject { ["type"] = parameter.Type, ["description"] = parameter.Description };
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Length > 0)
            schema["required"] = new JsonArray([.. required.Select(static one => JsonValue.Create(one))]);
        return new ModelTool(name, description, schema);
    }
}
