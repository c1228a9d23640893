using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Auth;

/// <summary>
/// Remembers for a few seconds whose a key is, or that it is nobody's, so that a page that asks for many things costs one lookup and
/// repeated guesses cost none. Keys are held as hashes; a revoked key is forgotten here at once and on other nodes when its time is up.
/// </summary>
internal sealed class ApiKeyCache(ApiKeys keys, TimeProvider time, IOptions<AdminApiOptions> options)
{
    /// <summary>Bounds what a flood of different guesses can occupy: about 1 MB.</summary>
    private const int MaxEntries = 10_000;

    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    public async Task<VerifiedKey?> FindAsync(string key, CancellationToken cancellationToken)
    {
        // The lookup compares hashes: how long it takes says nothing about the key that would have matched.
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        if (entries.TryGetValue(hash, out var known) && time.GetUtcNow() < known.ExpiresAt)
            return known.Key;

        // Taken before the lookup: a revocation during it is noticed in time.
        var expiresAt = time.GetUtcNow() + options.Value.KeyCacheDuration;
        var found = await keys.VerifyAsync(key, cancellationToken) is var (keyId, scope) ? new VerifiedKey(keyId, scope) : null;
        if (entries.Count >= MaxEntries)
            entries.Clear();
        entries[hash] = new Entry(found, expiresAt);
        return found;
    }

    /// <summary>Forgets a key that was revoked here.</summary>
    public void Forget(Guid keyId)
    {
        foreach (var (hash, entry) in entries)
        {
            if (entry.Key?.Id == keyId)
                entries.TryRemove(hash, out _);
        }
    }

    private sealed record Entry(VerifiedKey? Key, DateTimeOffset ExpiresAt);
}

/// <summary>A valid key.</summary>
/// <param name="Id">The key's id.</param>
/// <param name="Scope">What it opens.</param>
internal sealed record VerifiedKey(Guid Id, TenantScope Scope);
