using Microsoft.Extensions.Options;

namespace Parley.MediaGateway.Twilio;

/// <summary>Checks <see cref="TwilioOptions"/> at start and reports everything that is wrong at once; secrets are never quoted.</summary>
public sealed class TwilioOptionsValidator : IValidateOptions<TwilioOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TwilioOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> errors = [];

        void Check(bool holds, string error)
        {
            if (!holds)
                errors.Add(TwilioOptions.Section + ":" + error);
        }

        Check(IsSid(options.AccountSid, "AC"), "AccountSid must be AC and 32 hexadecimal digits.");
        Check(IsSid(options.ApiKeySid, "SK"), "ApiKeySid must be SK and 32 hexadecimal digits.");
        Check(IsSid(options.MessagingServiceSid, "MG"), "MessagingServiceSid must be MG and 32 hexadecimal digits.");
        Check(!Has(options.AuthToken) || Has(options.AccountSid), "AuthToken needs AccountSid.");
        Check(!Has(options.ApiKeySid) || Has(options.AccountSid), "ApiKeySid needs AccountSid.");
        Check(Has(options.ApiKeySid) == Has(options.ApiKeySecret), "ApiKeySid and ApiKeySecret go together.");
        Check(!Has(options.AccountSid) || Has(options.AuthToken),
            "AccountSid needs AuthToken: webhooks are signed with it, also when an API key is used.");
        Check(!Has(options.AuthToken) || options.PublicBaseUrl is not null,
            "AuthToken needs PublicBaseUrl: signatures are made over the public address.");
        Check(options.PublicBaseUrl is null || IsBase(options.PublicBaseUrl),
            "PublicBaseUrl must be an absolute https address without query or fragment (http only for this machine).");
        Check(options.ApiBaseUrl is not null && IsBase(options.ApiBaseUrl),
            "ApiBaseUrl must be an absolute https address without query or fragment (http only for this machine).");
        Check(!Has(options.TokenKey) || options.TokenKey!.Length >= 32, "TokenKey must have at least 32 characters.");
        Check(options.TokenLifetimeSeconds is >= 5 and <= 600, "TokenLifetimeSeconds must be from 5 to 600.");
        Check(options.DialTimeoutSeconds is >= 5 and <= 600, "DialTimeoutSeconds must be from 5 to 600.");
        Check(options.WebhookDeadlineSeconds is >= 1 and <= 14, "WebhookDeadlineSeconds must be from 1 to 14.");
        Check(options.RequestTimeoutSeconds is >= 1 and <= 120, "RequestTimeoutSeconds must be from 1 to 120.");

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static bool Has(string? value) => !string.IsNullOrEmpty(value);

    private static bool IsSid(string? value, string prefix) =>
        !Has(value) || (value!.Length == 34 && value.StartsWith(prefix, StringComparison.Ordinal) && value.AsSpan(2).ToArray().All(char.IsAsciiHexDigit));

    private static bool IsBase(Uri url) =>
        url.IsAbsoluteUri && url.Query.Length == 0 && url.Fragment.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));
}
