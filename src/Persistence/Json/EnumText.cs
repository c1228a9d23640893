using System.Collections.Frozen;
using System.Text.Json;

namespace Parley.Persistence.Json;

/// <summary>An enum's names in snake case, as they stand in columns: <c>caller_hung_up</c>.</summary>
internal static class EnumText<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<T, string> Texts =
        Enum.GetValues<T>().ToFrozenDictionary(v => v, v => JsonNamingPolicy.SnakeCaseLower.ConvertName(v.ToString()));

    private static readonly FrozenDictionary<string, T> Values = Texts.ToFrozenDictionary(p => p.Value, p => p.Key);

    public static IEnumerable<string> All => Values.Keys.Order(StringComparer.Ordinal);

    public static string Of(T value) => Texts[value];

    public static T Parse(string text) => Values[text];

    public static bool TryParse(string text, out T value) => Values.TryGetValue(text, out value);
}
