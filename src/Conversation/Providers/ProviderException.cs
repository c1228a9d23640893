namespace Parley.Conversation.Providers;

/// <summary>Why a provider did not do what it was asked. Each kind has a row in <c>docs/providers.md</c>.</summary>
public enum ProviderErrorKind
{
    /// <summary>The key is missing, wrong or has no right to this.</summary>
    Unauthorized,

    /// <summary>The account has no credit or quota left.</summary>
    QuotaExceeded,

    /// <summary>Too many requests for now.</summary>
    RateLimited,

    /// <summary>There is no such model, voice or deployment.</summary>
    UnknownModel,

    /// <summary>The provider does not speak or understand the language.</summary>
    UnsupportedLanguage,

    /// <summary>The request was refused as wrong.</summary>
    BadRequest,

    /// <summary>The provider's safety filter held the answer back.</summary>
    ContentFiltered,

    /// <summary>The answer is not what the protocol says.</summary>
    MalformedAnswer,

    /// <summary>The answer is larger than is sensible for a telephone call.</summary>
    TooLarge,

    /// <summary>No answer, no first output, or nothing more in time.</summary>
    Timeout,

    /// <summary>The connection could not be made, or broke.</summary>
    Disconnected,

    /// <summary>The server's certificate is not valid.</summary>
    CertificateInvalid,

    /// <summary>Our clock and the provider's differ so much that requests are refused.</summary>
    ClockSkew,

    /// <summary>The provider says that it has a fault of its own.</summary>
    Unavailable,
}

/// <summary>A provider failed. The message names provider and cause, never a key and never what was said on the call.</summary>
public sealed class ProviderException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="provider">The provider's name in configuration.</param>
    /// <param name="kind">What went wrong.</param>
    /// <param name="message">The cause for the log.</param>
    /// <param name="retryAfter">How long the provider asks to be left alone.</param>
    /// <param name="inner">What it comes from.</param>
    public ProviderException(string provider, ProviderErrorKind kind, string message, TimeSpan? retryAfter = null, Exception? inner = null)
        : base($"{provider}: {message}", inner)
    {
        Provider = provider;
        Kind = kind;
        RetryAfter = retryAfter;
    }

    /// <summary>The provider's name in configuration.</summary>
    public string Provider { get; }

    /// <summary>What went wrong.</summary>
    public ProviderErrorKind Kind { get; }

    /// <summary>How long the provider asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Whether the same request may succeed later: a fault of the moment, not of the request or the account.</summary>
    public bool IsRetryable => Kind is ProviderErrorKind.RateLimited or ProviderErrorKind.Timeout or ProviderErrorKind.Disconnected
        or ProviderErrorKind.Unavailable or ProviderErrorKind.MalformedAnswer;
}
