using Parley.Conversation.Providers;

namespace Parley.Persistence.Tenants;

/// <summary>Reads the <c>providers</c> of a tenant's file.</summary>
internal static class ProviderChoiceFile
{
    public static ProviderChoice Read(YamlMap map) => new()
    {
        Recognise = ReadOrder(map, "recognise", Capability.Recognise),
        Think = ReadOrder(map, "think", Capability.Think),
        Speak = ReadOrder(map, "speak", Capability.Speak),
        Models = ReadByProvider(map, "models"),
        Voices = ReadByProvider(map, "voices"),
        Temperature = map.Number("temperature", 0, 2),
    };

    private static List<string>? ReadOrder(YamlMap map, string key, Capability capability)
    {
        if (map.Find(key) is null)
            return null;

        var known = ProviderNames.For(capability);
        var order = new List<string>();
        foreach (var node in map.Items(key))
        {
            if (map.Scalar(node, key) is not { } name)
                continue;
            if (!known.Contains(name))
                map.Error(node, $"'{name}' cannot {key}; known are {string.Join(", ", known)}.");
            else if (ProviderNames.IsSpeechToSpeech(name) && order.Count > 0)
                map.Error(node, $"'{name}' must be the first: it carries a call from its beginning.");
            else if (order.Contains(name))
                map.Error(node, $"'{name}' is there twice.");
            else
                order.Add(name);
        }

        if (order.Count == 0 && map.Items(key).Count == 0)
            map.Error(key, $"'{key}' is empty.");
        return order;
    }

    private static Dictionary<string, string> ReadByProvider(YamlMap map, string key) => map.Map(key, names =>
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in ProviderNames.All)
        {
            if (names.Find(name) is not null && names.RequiredText(name) is { Length: > 0 } value)
                values[name] = value;
        }

        return values;
    }) ?? [];
}
