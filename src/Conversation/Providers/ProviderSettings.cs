namespace Parley.Conversation.Providers;

/// <summary>Checks that the settings of every provider share. What is wrong is said without quoting a secret.</summary>
internal static class ProviderSettings
{
    /// <summary>What is wrong with a key's shape; null when nothing is. Whether the key is good only the provider knows.</summary>
    /// <param name="key">The key.</param>
    /// <param name="shortest">Characters that a key of this provider has at least.</param>
    /// <param name="longest">And at most.</param>
    /// <param name="anySign">Keys may hold any visible character; otherwise letters, digits, '-' and '_'.</param>
    public static string? KeyError(string key, int shortest = 20, int longest = 200, bool anySign = false) => key switch
    {
        _ when key.AsSpan().Trim().Length != key.Length => "has blanks around it.",
        _ when key.StartsWith("Token ", StringComparison.OrdinalIgnoreCase) || key.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            => "must be the key alone, without 'Token' or 'Bearer' before it.",
        _ when key.Length < shortest || key.Length > longest => $"has {key.Length} characters; a key has {shortest} to {longest}.",
        _ when anySign && key.AsSpan().ContainsAnyExceptInRange('!', '~') => "holds blanks or signs that are in no key: was more than the key copied?",
        _ when !anySign && key.AsSpan().ContainsAnyExcept(KeyCharacters) => "has characters that are in no key: it takes letters, digits, '-' and '_'.",
        _ => null,
    };

    /// <summary>Whether an address may be spoken to with a key: encrypted, or on this machine.</summary>
    public static bool IsBase(Uri? url, string scheme, string localScheme) =>
        url is { IsAbsoluteUri: true, Query.Length: 0, Fragment.Length: 0 }
        && (url.Scheme == scheme || (url.Scheme == localScheme && url.IsLoopback));

    private static readonly System.Buffers.SearchValues<char> KeyCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}
