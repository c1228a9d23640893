namespace Parley.Conversation.Tenants;

/// <summary>A calendar outside whose times a resource is not free.</summary>
/// <param name="Ics">Address of an iCalendar feed (RFC 5545), https. Most such addresses are secrets.</param>
public sealed record ResourceCalendar(string Ics)
{
    /// <summary>For reading out: of the address only the host.</summary>
    public ResourceCalendar WithoutSecret() =>
        Uri.TryCreate(Ics, UriKind.Absolute, out var address) ? new ResourceCalendar($"{address.Scheme}://{address.Authority}/…") : this;
}
