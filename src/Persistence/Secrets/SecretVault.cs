using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Parley.Persistence.Secrets;

/// <summary>
/// Encrypts what is secret in the database by keys that are not in it: ASP.NET Core Data Protection (AES-256-CBC with HMAC-SHA256, a new key each 90 days,
/// older ones kept) with its keys in a folder of the installation's. What is encrypted for one tenant and purpose cannot be read as another's.
/// </summary>
public sealed class SecretVault
{
    // What Data Protection writes begins with the bytes 09 F0 C9 F0 (its documented payload format), in base64.
    private const string Beginning = "CfDJ8";

    private readonly Lazy<IDataProtector> root;

    /// <summary>Opens the vault; the folder is made, and the first key, when something is encrypted.</summary>
    public SecretVault(string keyDirectory) => root = new Lazy<IDataProtector>(() =>
    {
        // For the program's user alone, as the keys themselves are (mode 0600).
        var folder = OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(keyDirectory)
            : Directory.CreateDirectory(keyDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return DataProtectionProvider.Create(folder, static keys => keys.SetApplicationName("Parley")).CreateProtector("Parley.Secrets");
    });

    /// <summary>Whether a text is an encrypted one, by its beginning.</summary>
    public static bool IsSealed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Beginning, StringComparison.Ordinal);
    }

    /// <summary>Encrypts a tenant's secret.</summary>
    /// <param name="tenantId">Whose it is.</param>
    /// <param name="what">What it is, in a few words: the same to read it again.</param>
    /// <param name="secret">The secret.</param>
    public string Seal(Guid tenantId, string what, string secret) => For(tenantId, what).Protect(secret);

    /// <summary>Reads what <see cref="Seal"/> has encrypted.</summary>
    /// <exception cref="SecretLostException">The key is not there, or it is something else.</exception>
    public string Open(Guid tenantId, string what, string text)
    {
        try
        {
            return For(tenantId, what).Unprotect(text);
        }
        catch (CryptographicException e)
        {
            throw new SecretLostException(what, e);
        }
    }

    /// <summary>Whether it can be read.</summary>
    public bool CanOpen(Guid tenantId, string what, string text)
    {
        try
        {
            Open(tenantId, what, text);
            return true;
        }
        catch (SecretLostException)
        {
            return false;
        }
    }

    private IDataProtector For(Guid tenantId, string what) => root.Value.CreateProtector(what, tenantId.ToString("N"));
}
