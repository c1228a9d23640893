using Parley.Conversation.Tenants;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Parley.Persistence.Tenants;

/// <summary>Reads and writes the <c>calendar</c> of a resource.</summary>
internal static class ResourceCalendarFile
{
    private const int MostChars = 2000;

    public static ResourceCalendar? Read(YamlMap resource)
    {
        var calendar = resource.Map("calendar", static map => new ResourceCalendar(ReadAddress(map), map.Map("google", ReadId)));
        if (calendar is not null && calendar.Ics is null == calendar.GoogleCalendarId is null)
            resource.Error("calendar", "'calendar' must have one of 'ics' and 'google'.");
        return calendar;
    }

    public static YamlMappingNode? Write(ResourceCalendar? calendar) => calendar switch
    {
        { Ics: { } address, IsSealed: false } => new YamlMappingNode("ics", Quoted(address)),
        { GoogleCalendarId: { } id } => new YamlMappingNode("google", new YamlMappingNode("calendar_id", Quoted(id))),
        _ => null,
    };

    private static string ReadId(YamlMap map)
    {
        var id = map.RequiredText("calendar_id");
        if (id.Length > 320 || id.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c)))
            map.Error("calendar_id", "'calendar_id' must be a calendar's id as Google has it, such as primary.");
        return id;
    }

    private static YamlScalarNode Quoted(string text) => new(text) { Style = ScalarStyle.DoubleQuoted };

    private static string? ReadAddress(YamlMap map)
    {
        if (map.Find("ics") is null)
            return null;
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
