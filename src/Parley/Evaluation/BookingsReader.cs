using Parley.Calling;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools.Bookings;
using YamlDotNet.RepresentationModel;

namespace Parley.Evaluation;

/// <summary>Reads the bookings of a scenario: those that others make, and those that should be there after the call.</summary>
internal sealed class BookingsReader(ScriptYaml yaml, string file, Tenant tenant, string? caller)
{
    // Who it belongs to matters only when it is the caller.
    private const string SomebodyElse = "+14155559900";
    private const string SomebodysName = "Somebody Else";
    private const string Caller = "caller";

    /// <summary>Bookings of others, or of the caller's own past.</summary>
    public ScenarioBooking[] Others(YamlNode node) => yaml.List(node, Other);

    /// <summary>Bookings that are expected.</summary>
    public ExpectedBooking[] Expected(YamlNode node) => yaml.List(node, ExpectedOne);

    private ScenarioBooking Other(YamlNode node)
    {
        var map = yaml.Map(node, "a booking", ["at", "resource", "party_size", "service", "nights", "name", "phone", "count", "held_minutes_ago"]);
        if (tenant.Booking is not { Resources.Count: > 0 })
            throw yaml.Error(node, $"{tenant.Name} has no resources that can be booked");
        return new ScenarioBooking
        {
            Place = $"{file}:{node.Start.Line}",
            At = yaml.Time(yaml.Required(map, node, "at")),
            Resource = ScriptYaml.Optional(map, "resource", Resource),
            PartySize = map.TryGetValue("party_size", out var party) ? AtLeastOne(party) : 1,
            Service = ScriptYaml.Optional(map, "service", Service),
            Nights = map.TryGetValue("nights", out var nights) ? AtLeastOne(nights) : 1,
            Name = ScriptYaml.Optional(map, "name", yaml.Text) ?? SomebodysName,
            Phone = ScriptYaml.Optional(map, "phone", Phone) ?? SomebodyElse,
            Count = map.TryGetValue("count", out var count) ? AtLeastOne(count) : 1,
            HeldMinutesAgo = map.TryGetValue("held_minutes_ago", out var held) ? yaml.Count(held) : null,
        };
    }

    private ExpectedBooking ExpectedOne(YamlNode node)
    {
        var map = yaml.Map(node, "an expected booking", ["status", "resource", "at", "until", "party_size", "service", "name", "phone", "count"]);
        return new ExpectedBooking
        {
            Status = ScriptYaml.Optional(map, "status", Status),
            Resource = ScriptYaml.Optional(map, "resource", Resource),
            At = ScriptYaml.Optional(map, "at", yaml.Time),
            Until = ScriptYaml.Optional(map, "until", yaml.Time),
            PartySize = map.TryGetValue("party_size", out var party) ? yaml.Count(party) : null,
            Service = ScriptYaml.Optional(map, "service", Service),
            Name = ScriptYaml.Optional(map, "name", yaml.Text),
            Phone = ScriptYaml.Optional(map, "phone", Phone),
            Count = map.TryGetValue("count", out var count) ? yaml.Count(count) : null,
        };
    }

    private int AtLeastOne(YamlNode node) => yaml.Count(node) is > 0 and var count ? count : throw yaml.Error(node, "a whole number from 1 is expected, not '0'");

    private string Phone(YamlNode node) => yaml.Text(node) != Caller ? yaml.Number(node)
        : caller ?? throw yaml.Error(node, "the caller's number is withheld, so that nothing is booked under it");

    private string Status(YamlNode node)
    {
        var names = Enum.GetNames<BookingStatus>();
        return names.FirstOrDefault(n => n.Equals(yaml.Text(node), StringComparison.OrdinalIgnoreCase))
            ?? throw yaml.Error(node, $"a booking is {string.Join(", ", names.Select(static n => n.ToLowerInvariant()))}, not '{node}'");
    }

    private string Resource(YamlNode node)
    {
        var resources = tenant.Booking?.Resources ?? [];
        return resources.Select(static r => r.Name).Concat(resources.SelectMany(static r => r.Names)).FirstOrDefault(n => Is(n, node))
            ?? throw yaml.Error(node, $"{tenant.Name} has no '{node}'; it has {List(resources.Select(static r => r.Name).Concat(resources.SelectMany(static r => r.Names)))}");
    }

    private string Service(YamlNode node) => tenant.Services.FirstOrDefault(s => Is(s.Name, node))?.Name
        ?? throw yaml.Error(node, $"{tenant.Name} has no service '{node}'; it has {List(tenant.Services.Select(static s => s.Name))}");

    private bool Is(string name, YamlNode node) => name.Equals(yaml.Text(node), StringComparison.OrdinalIgnoreCase);

    private static string List(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } some ? some : "none";
}
