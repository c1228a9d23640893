using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Agents.Grounding;

/// <summary>What one answer may rest on: the profile, passages, results of tools, what was said before. Grows while tools come to results.</summary>
internal sealed class Evidence
{
    private readonly List<EvidenceLine> lines = [];
    private readonly Tenant tenant;

    /// <summary>Begins with the tenant's profile.</summary>
    public Evidence(Tenant tenant, DateTimeOffset now)
    {
        this.tenant = tenant;
        Profile = ProfileEvidence.Of(tenant);
        Now = Instant.FromDateTimeOffset(now).InZone(tenant.TimeZone).LocalDateTime;
    }

    /// <summary>What the profile says.</summary>
    public ProfileEvidence Profile { get; }

    /// <summary>The time at the business.</summary>
    public LocalDateTime Now { get; }

    /// <summary>Something can be booked, as a tool told.</summary>
    public bool IsAvailable { get; private set; }

    /// <summary>Something cannot be booked, as a tool told.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The call has booked.</summary>
    public bool IsBooked { get; set; }

    /// <summary>The caller wants to book.</summary>
    public bool IsBooking { get; set; }

    /// <summary>The call has cancelled.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>The tenant's bookings are of things that are free or taken; else they are wishes, and nothing is.</summary>
    public bool TakesPlaces => tenant.Booking is { Resources.Count: > 0 };

    /// <summary>Whose business it is.</summary>
    public Tenant Tenant => tenant;

    /// <summary>Everything known, the profile first.</summary>
    public IEnumerable<EvidenceLine> Lines => Profile.Lines.Concat(lines);

    /// <summary>Adds a text.</summary>
    public void Add(EvidenceOrigin origin, string source, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text))
            lines.AddRange(EvidenceLine.Read(origin, source, text));
    }

    /// <summary>Adds a line that was read before.</summary>
    public void Add(EvidenceLine line) => lines.Add(line);

    /// <summary>Adds a number that the caller can be reached under.</summary>
    public void AddCallerNumber(string? number)
    {
        if (!string.IsNullOrEmpty(number))
            Add(EvidenceOrigin.Caller, "caller", number);
    }

    /// <summary>Adds what a tool told.</summary>
    /// <param name="tool">Its name.</param>
    /// <param name="text">What the model was told.</param>
    /// <param name="data">The same as data.</param>
    /// <param name="failed">It was not done.</param>
    public void AddTool(string tool, string text, JsonObject? data, bool failed)
    {
        Add(EvidenceOrigin.Tool, "tool:" + tool, text);
        if (data is null)
            return;
        // The name on a booking is a caller's words, whatever it says.
        var told = tool.EndsWith("_booking", StringComparison.Ordinal) ? WithoutNames(data)! : data;
        Add(EvidenceOrigin.Tool, "tool:" + tool, string.Join('\n', Rows(told)));
        IsAvailable |= IsTrue(data, "free") || IsTrue(data, "held") || data["alternatives"] is JsonArray { Count: > 0 };
        IsFull |= failed && data["refusal"] is not null;
        IsBooked |= IsTrue(data, "booked") || data["bookings"] is JsonArray { Count: > 0 };
        IsCancelled |= IsTrue(data, "cancelled");
    }

    private static JsonNode? WithoutNames(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Where(static m => m.Key is not "name").Select(static m => KeyValuePair.Create(m.Key, WithoutNames(m.Value)))),
        JsonArray list => new JsonArray([.. list.Select(WithoutNames)]),
        _ => node?.DeepClone(),
    };

    private static bool IsTrue(JsonObject data, string name) => data[name] is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    // A row for each object: what stands in one is about the same thing.
    private static IEnumerable<string> Rows(JsonNode node)
    {
        if (node is JsonObject map)
        {
            yield return string.Join(", ", map.Where(static m => m.Value is JsonValue or null).Select(static m => $"{m.Key} {m.Value}"));
            foreach (var (name, inner) in map)
            {
                foreach (var row in inner is JsonObject or JsonArray ? Rows(inner) : [])
                    yield return $"{name} {row}";
            }
        }
        else if (node is JsonArray list)
        {
            foreach (var item in list)
            {
                foreach (var row in item is JsonObject or JsonArray ? Rows(item) : [item?.ToString() ?? ""])
                    yield return row;
            }
        }
    }
}
