using System.Net;
using System.Net.Sockets;

namespace Parley.Conversation.Net;

/// <summary>
/// Tells addresses on the internet from those of this machine and its networks, so that an address that a tenant gives cannot make this server
/// ask its own neighbours (server-side request forgery, CWE-918).
/// </summary>
public static class PublicAddresses
{
    // IANA's registries of special-purpose addresses (RFC 6890), as far as they are not reachable from anywhere, and multicast.
    private static readonly IPNetwork[] Special =
    [
        IPNetwork.Parse("0.0.0.0/8"),           // this network, RFC 791
        IPNetwork.Parse("10.0.0.0/8"),          // private, RFC 1918
        IPNetwork.Parse("100.64.0.0/10"),       // carrier-grade NAT, RFC 6598
        IPNetwork.Parse("127.0.0.0/8"),         // loopback, RFC 1122
        IPNetwork.Parse("169.254.0.0/16"),      // link-local, RFC 3927: clouds serve credentials there
        IPNetwork.Parse("172.16.0.0/12"),       // private, RFC 1918
        IPNetwork.Parse("192.0.0.0/24"),        // IETF protocol assignments, RFC 6890
        IPNetwork.Parse("192.0.2.0/24"),        // documentation, RFC 5737
        IPNetwork.Parse("192.88.99.0/24"),      // 6to4 relays, RFC 7526
        IPNetwork.Parse("192.168.0.0/16"),      // private, RFC 1918
        IPNetwork.Parse("198.18.0.0/15"),       // benchmarks, RFC 2544
        IPNetwork.Parse("198.51.100.0/24"),     // documentation, RFC 5737
        IPNetwork.Parse("203.0.113.0/24"),      // documentation, RFC 5737
        IPNetwork.Parse("224.0.0.0/3"),         // multicast, RFC 5771; reserved, RFC 1112; broadcast
        IPNetwork.Parse("::/3"),                // unspecified, loopback, mapped and translated IPv4, discard
        IPNetwork.Parse("2001::/23"),           // IETF protocol assignments, Teredo among them, RFC 2928
        IPNetwork.Parse("2001:db8::/32"),       // documentation, RFC 3849
        IPNetwork.Parse("2002::/16"),           // 6to4: holds an IPv4 address, RFC 3056
        IPNetwork.Parse("3fff::/20"),           // documentation, RFC 9637
        IPNetwork.Parse("4000::/2"),            // not assigned
        IPNetwork.Parse("8000::/1"),            // not assigned; unique local, RFC 4193; link-local and multicast, RFC 4291
    ];

    /// <summary>Whether an address is one of the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
            && !Special.Any(network => network.Contains(address));
    }
}
