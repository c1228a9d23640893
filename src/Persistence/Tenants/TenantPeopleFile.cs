using Parley.Conversation.Flags;
using Parley.Conversation.Tenants;
using Parley.Persistence.Json;

namespace Parley.Persistence.Tenants;

/// <summary>Reads the <c>escalations</c> and the <c>features</c> of a tenant's file.</summary>
internal static class TenantPeopleFile
{
    public static EscalationSettings ReadEscalations(YamlMap map)
    {
        var defaults = new EscalationSettings();
        return new EscalationSettings
        {
            Transfer = map.Value<TransferTimes>(
                "transfer", t => EnumText<TransferTimes>.TryParse(t, out var times) ? times : null,
                "one of " + string.Join(", ", EnumText<TransferTimes>.All)) ?? defaults.Transfer,
            Whisper = map.Bool("whisper") ?? defaults.Whisper,
            PressToAccept = map.Bool("press_to_accept") ?? defaults.PressToAccept,
            FullNumbers = map.Bool("full_numbers") ?? defaults.FullNumbers,
        };
    }

    public static IReadOnlyDictionary<string, bool>? ReadFeatures(YamlMap tenant) => tenant.Map("features", map =>
    {
        var features = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var (node, name) in map.Keys())
        {
            if (!Features.IsValid(name))
                map.Error(node, $"'{name}' is no feature; one is {Features.Expected}.");
            else if (map.Bool(name) is { } on)
                features[name] = on;
        }

        return features;
    });
}
