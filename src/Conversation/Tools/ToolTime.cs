using NodaTime;
using NodaTime.Text;

namespace Parley.Conversation.Tools;

/// <summary>Times between us and a model: local, ISO 8601, without zone.</summary>
internal static class ToolTime
{
    private static readonly LocalDateTimePattern Iso = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm");

    private static readonly LocalDateTimePattern Told = LocalDateTimePattern.CreateWithInvariantCulture("dddd uuuu-MM-dd 'at' HH:mm");

    /// <summary>The time; a day alone is its midnight. Seconds, fractions and a zone are passed over: a caller's time is the tenant's.</summary>
    public static LocalDateTime? Read(string text)
    {
        text = text.Trim().Replace(' ', 'T');
        if (text.Length == 10)
            return LocalDatePattern.Iso.Parse(text) is { Success: true } day ? day.Value.AtMidnight() : null;
        return text.Length >= 16 && Iso.Parse(text[..16]) is { Success: true } time ? time.Value : null;
    }

    /// <summary>As data.</summary>
    public static string Data(LocalDateTime time) => Iso.Format(time);

    /// <summary>As told to a model, which cannot be trusted to know the weekday of a date.</summary>
    public static string Write(LocalDateTime time) => Told.Format(time);
}
