namespace Parley.Persistence.Calendars.Google;

/// <summary>Access to Google calendars; section <c>Calendars:Google</c>. A class, so that nothing prints the secrets in it.</summary>
public sealed class GoogleCalendarOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Calendars:Google";

    /// <summary>The API (Google Calendar API v3, reference).</summary>
    public Uri BaseUrl { get; set; } = new("https://www.googleapis.com/calendar/v3");

    /// <summary>Where access tokens are had (Google Identity, "Using OAuth 2.0 for web server applications").</summary>
    public Uri TokenUrl { get; set; } = new("https://oauth2.googleapis.com/token");

    /// <summary>The OAuth client's id.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The OAuth client's secret.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>Refresh tokens by the tenant's slug: no tenant can use another's.</summary>
    public Dictionary<string, string> RefreshTokens { get; set; } = new(StringComparer.Ordinal);
}
