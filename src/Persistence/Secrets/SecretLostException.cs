namespace Parley.Persistence.Secrets;

/// <summary>A secret cannot be read with the keys that are there.</summary>
/// <param name="what">Which, in a few words.</param>
/// <param name="inner">What the keys say.</param>
public sealed class SecretLostException(string what, Exception inner) : Exception(
    $"The {what} cannot be read: the keys it was encrypted with are not there (setting Secrets:KeyDirectory). Bring them back, or set it again.", inner);
