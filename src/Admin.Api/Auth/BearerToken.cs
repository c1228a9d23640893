using Microsoft.Extensions.Primitives;

namespace Parley.Admin.Api.Auth;

/// <summary>The token of an <c>Authorization: Bearer</c> header (RFC 6750, section 2.1).</summary>
internal static class BearerToken
{
    /// <summary>Longer values are not looked at; a key has under 100 characters.</summary>
    private const int MaxLength = 256;

    /// <summary>Returns the token, or null when there is none, more than one, or another scheme.</summary>
    public static string? Read(StringValues authorization)
    {
        const string Prefix = "Bearer ";
        if (authorization is not [{ } value] || !value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return null;

        var token = value.AsSpan(Prefix.Length).Trim();
        return token.Length is > 0 and <= MaxLength && !token.Contains(' ') ? token.ToString() : null;
    }
}
