namespace Parley.MediaGateway.Twilio;

/// <summary>
/// How Twilio is reached and how its requests are recognised; section <see cref="Section"/>. With nothing set, requests are served to
/// this machine only and text messages stay local.
/// </summary>
public sealed class TwilioOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Twilio";

    /// <summary><c>AC</c> and 32 hexadecimal digits.</summary>
    public string? AccountSid { get; set; }

    /// <summary>The account's primary auth token: signs webhooks, and opens the REST API unless an API key is set.</summary>
    public string? AuthToken { get; set; }

    /// <summary><c>SK...</c>: key for the REST API in place of the auth token.</summary>
    public string? ApiKeySid { get; set; }

    /// <summary>Secret of <see cref="ApiKeySid"/>.</summary>
    public string? ApiKeySecret { get; set; }

    /// <summary>
    /// Where Twilio reaches this server, such as <c>https://voice.example.com</c>; a path in it precedes all routes. Signatures are checked
    /// against it, since behind a proxy the request does not know its own address.
    /// </summary>
    public Uri? PublicBaseUrl { get; set; }

    /// <summary>The REST API; another edge or region has its own host.</summary>
    public Uri ApiBaseUrl { get; set; } = new("https://api.twilio.com");

    /// <summary><c>MG...</c>: service that picks the sender of text messages; without it they are sent from the message's own number.</summary>
    public string? MessagingServiceSid { get; set; }

    /// <summary>How long a call token is good, 5 to 600 s. Twilio opens the stream within a second or two of the webhook.</summary>
    public int TokenLifetimeSeconds { get; set; } = 60;

    /// <summary>
    /// Key of the call tokens, at least 32 characters, the same on all gateways that serve one number. When null it is derived from
    /// <see cref="AuthToken"/>, which they share anyway; without that either it is made up for the process.
    /// </summary>
    public string? TokenKey { get; set; }

    /// <summary>How long a transfer rings, 5 to 600 s; Twilio's own default is 30 s, its maximum 600 s.</summary>
    public int DialTimeoutSeconds { get; set; } = 25;

    /// <summary>
    /// How long a webhook may wait for the database before the caller hears an apology, 1 to 14 s. Twilio gives up after 15 s.
    /// </summary>
    public int WebhookDeadlineSeconds { get; set; } = 5;

    /// <summary>How long one REST request may take, 1 to 120 s.</summary>
    public int RequestTimeoutSeconds { get; set; } = 15;

    /// <summary>Whether the REST API can be used.</summary>
    public bool HasRestCredentials =>
        !string.IsNullOrEmpty(AccountSid) && (!string.IsNullOrEmpty(AuthToken) || !string.IsNullOrEmpty(ApiKeySecret));
}
