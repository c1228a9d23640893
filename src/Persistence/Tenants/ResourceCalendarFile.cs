using Parley.Conversation.Tenants;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Parley.Persistence.Tenants;

/// <summary>Reads and writes the <c>calendar</c> of a resource.</summary>
internal static class ResourceCalendarFile
{
    private const int MostChars = 2000;

    public static ResourceCalendar? Read(YamlMap resource) => resource.Map("calendar", static map => new ResourceCalendar(ReadAddress(map)));

    public static YamlMappingNode? Write(ResourceCalendar? calendar) => calendar is null
        ? null
        : new YamlMappingNode("ics", new YamlScalarNode(calendar.Ics) { Style = ScalarStyle.DoubleQuoted });

    private static string ReadAddress(YamlMap map)
    {
        var text = map.RequiredText("ics");
        // What calendar programs offer for subscribing is the same over https.
        if (text.StartsWith("webcal://", StringComparison.OrdinalIgnoreCase))
            text = "https" + text["webcal".Length..];
        if (text.Length > 0 && !IsAddress(text))
            map.Error("ics", "'ics' must be a web address without a password, such as https://example.com/calendar.ics.");
        return text;
    }

    // Whether http is allowed, and where to, is the operator's setting, which is looked at when it is asked.
    private static bool IsAddress(string text) => text.Length <= MostChars && Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Scheme is "https" or "http"
        && address.UserInfo.Length == 0;
}
