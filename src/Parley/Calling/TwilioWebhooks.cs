using System.Xml;
using System.Xml.Linq;

namespace Parley.Calling;

/// <summary>Twilio's side of the HTTP requests: signed forms to the server, TwiML back.</summary>
internal sealed class TwilioWebhooks(TwilioCallOptions options, HttpClient http)
{
    // Twilio reads at most 64 KB of TwiML.
    private const int MaxTwiml = 64 * 1024;

    /// <summary>The base address under which the server knows itself.</summary>
    public Uri PublicUrl { get; } = options.PublicUrl ?? options.Server;

    /// <summary>Where a URL of the server's TwiML is really reached.</summary>
    public Uri Reach(Uri url)
    {
        if (!url.Host.Equals(PublicUrl.Host, StringComparison.OrdinalIgnoreCase) || options.PublicUrl is null)
            return url;

        var secure = options.Server.Scheme == Uri.UriSchemeHttps;
        var socket = url.Scheme is "ws" or "wss";
        return new UriBuilder(url)
        {
            Scheme = (socket, secure) switch { (true, true) => "wss", (true, false) => "ws", (false, true) => "https", _ => "http" },
            Host = options.Server.Host,
            Port = options.Server.Port,
        }.Uri;
    }

    /// <summary>The signature of a request; null when there is no auth token.</summary>
    public string? Sign(Uri url, IEnumerable<KeyValuePair<string, string>> form) => options.AuthToken is { Length: > 0 } token
        ? TwilioSigner.Sign(token, url.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.Fragment, UriFormat.UriEscaped), form)
        : null;

    /// <summary>Asks for instructions.</summary>
    /// <exception cref="CallFailedException">No usable answer.</exception>
    public async Task<XElement?> GetTwimlAsync(Uri url, IReadOnlyDictionary<string, string> form, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(url, form, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new CallFailedException($"{url} answered {(int)response.StatusCode} {response.ReasonPhrase}");

        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (string.IsNullOrWhiteSpace(body))
            return null;
        if (body.Length > MaxTwiml)
            throw new CallFailedException($"{url} answered {body.Length} characters; TwiML has at most {MaxTwiml}");
        if (response.Content.Headers.ContentType?.MediaType is not ("text/xml" or "application/xml"))
            throw new CallFailedException($"{url} answered {response.Content.Headers.ContentType}; TwiML is text/xml");

        try
        {
            var root = XElement.Parse(body);
            return root.Name == "Response"
                ? root
                : throw new CallFailedException($"{url} answered <{root.Name}>; TwiML begins with <Response>");
        }
        catch (XmlException e)
        {
            throw new CallFailedException($"{url} answered no valid XML: {e.Message}", e);
        }
    }

    /// <summary>Reports something; the answer's body is ignored. Null when it was taken, else what went wrong.</summary>
    public async Task<string?> NotifyAsync(Uri url, IReadOnlyDictionary<string, string> form, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await SendAsync(url, form, cancellationToken);
            return response.IsSuccessStatusCode ? null : $"{url} answered {(int)response.StatusCode} {response.ReasonPhrase}";
        }
        catch (CallFailedException e)
        {
            return e.Message;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        Uri url, IReadOnlyDictionary<string, string> form, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Reach(url)) { Content = new FormUrlEncodedContent(form) };
        request.Headers.UserAgent.ParseAdd("TwilioProxy/1.1");
        if (Sign(url, form) is { } signature)
            request.Headers.Add("X-Twilio-Signature", signature);
        try
        {
            return await http.SendAsync(request, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new CallFailedException($"{Reach(url)} cannot be reached: {e.Message}", e);
        }
    }
}
