using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Parley.MediaGateway.Twilio;

/// <summary>
/// Decides whether a request comes from Twilio: by its signature when an auth token is configured, else only clients on this machine are
/// let in.
/// </summary>
public sealed class TwilioRequestGuard
{
    /// <summary>Header that carries the signature.</summary>
    public const string SignatureHeader = "X-Twilio-Signature";

    private readonly RequestValidator? validator;
    private readonly TwilioUrls urls;
    private readonly ILogger<TwilioRequestGuard> logger;
    private int warned;

    /// <summary>Uses the configured auth token, if there is one.</summary>
    public TwilioRequestGuard(IOptions<TwilioOptions> options, TwilioUrls urls, ILogger<TwilioRequestGuard> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.urls = urls;
        this.logger = logger;
        validator = string.IsNullOrEmpty(options.Value.AuthToken) ? null : new RequestValidator(options.Value.AuthToken);
    }

    /// <summary>Checks the upgrade of a media stream; false means 403.</summary>
    public bool AllowsUpgrade(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (validator is null)
            return AllowsLocal(context);
        return validator.ValidateUpgrade(urls.SignedUrl(context.Request), context.Request.Headers[SignatureHeader])
            || Refuse(context, "the signature of the upgrade is missing or wrong.");
    }

    /// <summary>Checks a webhook; false means 403. Reads the form or body.</summary>
    /// <exception cref="BadHttpRequestException">The body is too large or broken.</exception>
    public async Task<bool> AllowsAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (validator is null)
            return AllowsLocal(context);

        var request = context.Request;
        var url = urls.SignedUrl(request);
        string? signature = request.Headers[SignatureHeader];
        if (string.IsNullOrEmpty(signature))
            return Refuse(context, "it has no signature.");

        bool holds;
        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync(context.RequestAborted);
            holds = validator.Validate(url, Flatten(form), signature);
        }
        else if (RequestValidator.BodyHashOf(url) is not null)
        {
            request.EnableBuffering(TwilioSignatureFilter.MaxBodyBytes);
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, context.RequestAborted);
            request.Body.Position = 0;
            holds = validator.ValidateBody(url, body.GetBuffer().AsSpan(0, (int)body.Length), signature);
        }
        else
        {
            // Nothing vouches for a body that is neither a form nor hashed.
            holds = request.ContentLength is null or 0 && !HasBody(context) && validator.Validate(url, [], signature);
        }

        return holds || Refuse(context, "its signature is wrong.");
    }

    private static bool HasBody(HttpContext context) =>
        context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };

    private static IEnumerable<KeyValuePair<string, string>> Flatten(IFormCollection form) =>
        form.SelectMany(field => field.Value, (field, value) => KeyValuePair.Create(field.Key, value ?? ""));

    private bool AllowsLocal(HttpContext context)
    {
        if (Interlocked.Exchange(ref warned, 1) == 0)
            TwilioLog.LoopbackOnly(logger);
        return TwilioUrls.IsLocal(context) || Refuse(context, "no auth token is configured and the client is not on this machine.");
    }

    private bool Refuse(HttpContext context, string reason)
    {
        TwilioLog.Refused(logger, context.Request.Path.Value is { Length: < 100 } path ? path : "(long path)", reason);
        return false;
    }
}
