using System.Buffers;
using System.Text;

namespace Parley.MediaGateway.Twilio;

/// <summary>
/// The ids of the carrier (<c>MZ...</c>, <c>CA...</c>, <c>AC...</c>). Twilio's are two letters and 32 hexadecimal digits; anything made of
/// letters, digits, <c>-</c> and <c>_</c> up to <see cref="MaxLength"/> is taken, so that test gear may use readable ones. Such an id needs
/// no escaping in JSON, XML, URLs or logs.
/// </summary>
public static class StreamIds
{
    /// <summary>Longest id, in characters.</summary>
    public const int MaxLength = 64;

    private static readonly SearchValues<byte> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    /// <summary>Whether <paramref name="id"/> (UTF-8) is an id.</summary>
    public static bool IsValid(ReadOnlySpan<byte> id) =>
        id.Length is > 0 and <= MaxLength && !id.ContainsAnyExcept(Allowed);

    /// <summary>Whether <paramref name="id"/> is an id.</summary>
    public static bool IsValid(string? id)
    {
        if (id is null || id.Length is 0 or > MaxLength)
            return false;

        Span<byte> utf8 = stackalloc byte[MaxLength];
        return Encoding.UTF8.TryGetBytes(id, utf8, out var length) && IsValid(utf8[..length]);
    }
}
