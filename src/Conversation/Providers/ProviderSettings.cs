namespace Parley.Conversation.Providers;

/// <summary>Checks that the settings of every provider share. What is wrong is said without quoting a secret.</summary>
internal static class ProviderSettings
{
    private const int ShortestKey = 20;
    private const int LongestKey = 200;

    /// <summary>What is wrong with a key's shape; null when nothing is. Whether the key is good only the provider knows.</summary>
    public static string? KeyError(string key) => key switch
    {
        _ when key.AsSpan().Trim().Length != key.Length => "has blanks around it.",
        _ when key.StartsWith("Token ", StringComparison.OrdinalIgnoreCase) || key.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            => "must be the key alone, without 'Token' or 'Bearer' before it.",
        { Length: < ShortestKey or > LongestKey } => $"has {key.Length} characters; a key has {ShortestKey} to {LongestKey}.",
        _ when key.AsSpan().ContainsAnyExcept(KeyCharacters) => "has characters that are in no key: it takes letters, digits, '-' and '_'.",
        _ => null,
    };

    /// <summary>Whether an address may be spoken to with a key: encrypted, or on this machine.</summary>
    public static bool IsBase(Uri? url, string scheme, string localScheme) =>
        url is { IsAbsoluteUri: true, Query.Length: 0, Fragment.Length: 0 }
        && (url.Scheme == scheme || (url.Scheme == localScheme && url.IsLoopback));

    private static readonly System.Buffers.SearchValues<char> KeyCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}
