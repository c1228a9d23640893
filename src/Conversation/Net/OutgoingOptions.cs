using System.Net;

namespace Parley.Conversation.Net;

/// <summary>Where requests to addresses that tenants give may go; section <c>Outgoing</c>.</summary>
public sealed record OutgoingOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Outgoing";

    /// <summary>
    /// Networks besides the public internet that may be asked, such as <c>10.1.2.0/24</c>. Whoever may write a tenant's settings can make this
    /// server send requests there. Default none.
    /// </summary>
    public IReadOnlyList<string> PrivateNetworks { get; set; } = [];

    /// <summary>Whether <c>http</c> is allowed to addresses of the public internet; to private networks it always is. Default no.</summary>
    public bool AllowPlainHttp { get; set; }

    /// <summary>Whether everything in <see cref="PrivateNetworks"/> is a network.</summary>
    public bool IsValid => PrivateNetworks.All(static text => IPNetwork.TryParse(text, out _));

    /// <summary>Whether an address may be asked.</summary>
    public bool Allows(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (PublicAddresses.IsPublic(address))
            return true;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return PrivateNetworks.Any(text => IPNetwork.TryParse(text, out var network) && network.Contains(address));
    }
}
