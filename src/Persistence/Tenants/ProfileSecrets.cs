using Parley.Conversation.Tenants;
using Parley.Conversation.Tools.Http;
using Parley.Persistence.Secrets;

namespace Parley.Persistence.Tenants;

/// <summary>
/// The secrets in a tenant's profile: keys that its own tools' requests are signed with, and addresses of its resources' calendars. They are encrypted where
/// they lie, and open only for those who use them.
/// </summary>
internal static class ProfileSecrets
{
    /// <summary>What signs a tool's requests, as the vault knows it.</summary>
    internal const string ToolKey = "key of a tenant's own tool";

    /// <summary>Where a resource's calendar is, as the vault knows it.</summary>
    internal const string CalendarAddress = "calendar's address";

    /// <summary>What of a tenant's row holds any, as SQL.</summary>
    internal const string Any =
        "(jsonb_path_exists(profile, '$.tools[*].secret') or jsonb_path_exists(profile, '$.booking.resources[*].calendar.ics'))";

    /// <summary>Encrypts them. What is still encrypted, because it could not be read, stays what it is.</summary>
    public static TenantProfile Seal(TenantProfile profile, Guid tenantId, SecretVault vault) => Each(
        profile,
        tool => tool.IsSealed ? tool : tool with { Secret = vault.Seal(tenantId, ToolKey, tool.Secret!) },
        calendar => calendar.IsSealed ? calendar : calendar with { Ics = vault.Seal(tenantId, CalendarAddress, calendar.Ics!) });

    /// <summary>
    /// Reads them; those that cannot be read, and all without a vault, are told to be sealed. A server of an earlier version, which still runs on the same
    /// database, writes them plain into a row that was encrypted: they are what they are.
    /// </summary>
    public static TenantProfile Open(TenantProfile profile, Guid tenantId, SecretVault? vault) => Each(
        profile,
        tool => Open(tenantId, ToolKey, tool.Secret!, vault) is { } secret ? tool with { Secret = secret } : tool with { IsSealed = true },
        calendar => Open(tenantId, CalendarAddress, calendar.Ics!, vault) is { } address ? calendar with { Ics = address } : calendar with { IsSealed = true });

    /// <summary>How many of them cannot be read.</summary>
    public static int Lost(TenantProfile profile, Guid tenantId, SecretVault vault)
    {
        var open = Open(profile, tenantId, vault);
        return open.Tools.Count(static tool => tool.IsSealed) + (open.Booking?.Resources.Count(static resource => resource.Calendar is { IsSealed: true }) ?? 0);
    }

    /// <summary>How many there are.</summary>
    public static int Count(TenantProfile profile) =>
        profile.Tools.Count(static tool => tool.Secret is not null) + (profile.Booking?.Resources.Count(static resource => resource.Calendar?.Ics is not null) ?? 0);

    /// <summary>Whether one is not encrypted.</summary>
    public static bool HasPlain(TenantProfile profile) =>
        profile.Tools.Any(static tool => tool.Secret is { } secret && !SecretVault.IsSealed(secret))
        || profile.Booking?.Resources.Any(static resource => resource.Calendar?.Ics is { } address && !SecretVault.IsSealed(address)) == true;

    private static string? Open(Guid tenantId, string what, string text, SecretVault? vault)
    {
        try
        {
            return vault is null || SecretVault.IsSealed(text) ? vault?.Open(tenantId, what, text) : text;
        }
        catch (SecretLostException)
        {
            // Told at the start (6932), and by what it is needed for.
            return null;
        }
    }

    private static TenantProfile Each(TenantProfile profile, Func<HttpToolSettings, HttpToolSettings> tool, Func<ResourceCalendar, ResourceCalendar> calendar) => profile with
    {
        Tools = [.. profile.Tools.Select(one => one.Secret is null ? one : tool(one))],
        Booking = profile.Booking is not { } booking ? null : booking with
        {
            Resources = [.. booking.Resources.Select(one => one.Calendar is { Ics: not null } address ? one with { Calendar = calendar(address) } : one)],
        },
    };
}
