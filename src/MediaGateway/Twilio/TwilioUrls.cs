using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Parley.MediaGateway.Twilio;

/// <summary>
/// Addresses of this server as Twilio knows them: built from <see cref="TwilioOptions.PublicBaseUrl"/>, never from <c>Host</c> or
/// forwarding headers. Only without that option, and only for a client on this machine, the request's own host is used.
/// </summary>
public sealed class TwilioUrls(IOptions<TwilioOptions> options)
{
    /// <summary>Path of the media stream.</summary>
    public const string MediaPath = "/twilio/media";

    /// <summary>The address of <paramref name="path"/>, with <c>https</c> (or <c>http</c> locally).</summary>
    public Uri Http(HttpRequest request, string path) => new(Base(request) + path);

    /// <summary>The address of the media stream, with <c>wss</c> (or <c>ws</c> locally).</summary>
    public Uri Media(HttpRequest request)
    {
        var http = Base(request);
        return new Uri(string.Concat("ws", http.AsSpan("http".Length), MediaPath));
    }

    /// <summary>The address Twilio signed for this request: the public base with the path and query as they came over the wire.</summary>
    public string SignedUrl(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (target is null || !target.StartsWith('/'))
            target = request.PathBase.ToUriComponent() + request.Path.ToUriComponent() + request.QueryString.ToUriComponent();
        return Base(request) + target;
    }

    private string Base(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (options.Value.PublicBaseUrl is { } configured)
            return configured.OriginalString.TrimEnd('/');
        if (!IsLocal(request.HttpContext))
            throw new InvalidOperationException("Without PublicBaseUrl only clients on this machine are served.");
        return request.Scheme + "://" + request.Host.ToUriComponent();
    }

    /// <summary>
    /// Whether the client itself runs on this machine. A forwarding header means that a proxy or tunnel does, and the client may be anywhere.
    /// </summary>
    public static bool IsLocal(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Connection.RemoteIpAddress is { } address
            && IPAddress.IsLoopback(address)
            && !context.Request.Headers.Keys.Any(IsForwarding);
    }

    private static bool IsForwarding(string header) =>
        header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
        || header.Equals("Via", StringComparison.OrdinalIgnoreCase)
        || header.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase)
        || header.Equals("X-Original-Host", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("CF-", StringComparison.OrdinalIgnoreCase);
}
