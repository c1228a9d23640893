using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Parley.Conversation.Tenants;

/// <summary>A calendar outside whose times a resource is not free: one of the two.</summary>
/// <param name="Ics">Address of an iCalendar feed (RFC 5545), https. Most such addresses are secrets.</param>
/// <param name="GoogleCalendarId">A Google calendar, which bookings are also written to; who may open it is the operator's configuration.</param>
public sealed record ResourceCalendar(string? Ics, string? GoogleCalendarId = null)
{
    /// <summary>The address is encrypted and could not be read, or was not: it cannot be asked.</summary>
    [JsonIgnore]
    public bool IsSealed { get; init; }

    /// <summary>For reading out: of an address only the host.</summary>
    public ResourceCalendar WithoutSecret() => IsSealed ? this with { Ics = "…" }
        : Uri.TryCreate(Ics, UriKind.Absolute, out var address) ? this with { Ics = $"{address.Scheme}://{address.Authority}/…" } : this;

    // Settings are logged and shown at times; the address never is.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Ics = {WithoutSecret().Ics}, GoogleCalendarId = {GoogleCalendarId}");
        return true;
    }
}
