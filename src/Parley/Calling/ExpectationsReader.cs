using YamlDotNet.RepresentationModel;

namespace Parley.Calling;

/// <summary>Reads what a call should come to.</summary>
internal static class ExpectationsReader
{
    /// <summary>The keys of <see cref="CallExpectations"/>.</summary>
    public static readonly string[] Keys =
    [
        "intent", "status", "party_size", "service", "name", "requested_for", "messages", "end_reason", "agent_says", "agent_never_says",
        "max_turn_latency_ms", "transfer_to",
    ];

    /// <summary>Reads a mapping that has no other keys.</summary>
    public static CallExpectations Read(ScriptYaml yaml, YamlNode node) => Read(yaml, yaml.Map(node, "expect", Keys));

    /// <summary>Reads the keys that are there; others are for somebody else.</summary>
    public static CallExpectations Read(ScriptYaml yaml, Dictionary<string, YamlNode> map) => new()
    {
        Intent = ScriptYaml.Optional(map, "intent", yaml.Text),
        Status = ScriptYaml.Optional(map, "status", yaml.Text),
        PartySize = map.TryGetValue("party_size", out var party) ? yaml.Count(party) : null,
        Service = ScriptYaml.Optional(map, "service", yaml.Text),
        Name = ScriptYaml.Optional(map, "name", yaml.Text),
        RequestedFor = ScriptYaml.Optional(map, "requested_for", yaml.Time),
        Messages = ScriptYaml.Optional(map, "messages", n => yaml.List(n, yaml.Text)),
        EndReason = ScriptYaml.Optional(map, "end_reason", yaml.Text),
        AgentSays = ScriptYaml.Optional(map, "agent_says", n => yaml.List(n, yaml.Phrase)) ?? [],
        AgentNeverSays = ScriptYaml.Optional(map, "agent_never_says", n => yaml.List(n, yaml.Phrase)) ?? [],
        MaxTurnLatencyMs = map.TryGetValue("max_turn_latency_ms", out var latency) ? yaml.Count(latency) : null,
        TransferTo = ScriptYaml.Optional(map, "transfer_to", yaml.Number),
    };
}
