namespace Parley.Conversation.Providers;

/// <summary>What a failure tells about a provider.</summary>
internal static class ProviderFailures
{
    /// <summary>The provider refuses everybody, and will for a while.</summary>
    public static bool IsRefusal(Exception failure) => failure is ProviderException
    {
        Kind: ProviderErrorKind.Unauthorized or ProviderErrorKind.QuotaExceeded or ProviderErrorKind.CertificateInvalid or ProviderErrorKind.ClockSkew,
    };

    /// <summary>The provider refuses this tenant's model, voice or language; others are served.</summary>
    public static bool IsUnsuitable(Exception failure) => failure is ProviderException
    {
        Kind: ProviderErrorKind.UnknownModel or ProviderErrorKind.UnsupportedLanguage,
    };

    /// <summary>It was this one request: the next one may well succeed.</summary>
    public static bool IsOfTheRequest(Exception failure) => failure is ProviderException
    {
        Kind: ProviderErrorKind.BadRequest or ProviderErrorKind.ContentFiltered or ProviderErrorKind.TooLarge,
    };

    /// <summary>For the log: a provider's message names the cause, others may hold anything.</summary>
    public static string Reason(Exception failure) =>
        failure is ProviderException known ? $"{known.Kind}: {known.Message}" : $"{failure.GetType().Name}: {failure.Message}";
}
