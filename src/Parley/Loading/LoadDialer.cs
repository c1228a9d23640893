using System.Xml.Linq;
using Parley.Calling;

namespace Parley.Loading;

/// <summary>Opens media streams the way Twilio does: asks the voice webhook, obeys its <c>Connect</c>, and reports the end of the call.</summary>
internal sealed class LoadDialer(LoadOptions options, LoadScript script, HttpClient http, TimeProvider time)
{
    private const string AccountSid = "AC00000000000000000000000000000001";
    private static readonly TwilioCallOptions None = new() { Server = new Uri("http://localhost"), From = "", To = "" };

    private readonly bool isBare = options.Server.Scheme is "ws" or "wss";
    private readonly TwilioWebhooks webhooks = new(
        options.Server.Scheme is "ws" or "wss"
            ? None
            : new TwilioCallOptions
            {
                Server = options.Server,
                PublicUrl = options.PublicUrl,
                AuthToken = options.AuthToken,
                From = script.From,
                To = script.To,
            },
        http);

    /// <summary>Opens one stream.</summary>
    /// <exception cref="CallFailedException">The server does not answer, or not with a stream.</exception>
    public async Task<OpenedStream> DialAsync(CancellationToken cancellationToken)
    {
        var (callSid, streamSid) = (Sid("CA"), Sid("MZ"));
        if (isBare)
        {
            var signature = options.AuthToken is { Length: > 0 } token ? TwilioSigner.Sign(token, options.Server.AbsoluteUri, []) : null;
            return await OpenedStream.ConnectAsync(
                options.Server, signature, new MediaStreamStart(AccountSid, callSid, streamSid, options.Parameters), time, cancellationToken);
        }

        var url = new Uri(webhooks.PublicUrl, "/twilio/voice");
        var twiml = await webhooks.GetTwimlAsync(url, Form(callSid, "ringing"), cancellationToken);
        var stream = twiml?.Elements("Connect").Elements("Stream").FirstOrDefault()
            ?? throw new CallFailedException($"{url} answered without <Connect><Stream>: {twiml?.ToString(SaveOptions.DisableFormatting) ?? "nothing"}");
        var target = new Uri(url, (string?)stream.Attribute("url") ?? throw new CallFailedException("<Stream> has no url"));
        var parameters = stream.Elements("Parameter")
            .ToDictionary(p => (string?)p.Attribute("name") ?? "", p => (string?)p.Attribute("value") ?? "", StringComparer.Ordinal);
        return await OpenedStream.ConnectAsync(
            webhooks.Reach(target), webhooks.Sign(target, []), new MediaStreamStart(AccountSid, callSid, streamSid, parameters), time,
            cancellationToken);
    }

    /// <summary>Tells the server that a call is over.</summary>
    public async Task ReportEndAsync(MediaStreamStart call)
    {
        if (isBare)
            return;

        var form = Form(call.CallSid, "completed");
        form["CallDuration"] = "60";
        form["SequenceNumber"] = "0";
        form["CallbackSource"] = "call-progress-events";

        // Nothing is measured any more: what the server says to it does not matter.
        _ = await webhooks.NotifyAsync(new Uri(webhooks.PublicUrl, "/twilio/call-status"), form, CancellationToken.None);
    }

    private Dictionary<string, string> Form(string callSid, string status) => new()
    {
        ["CallSid"] = callSid,
        ["AccountSid"] = AccountSid,
        ["From"] = script.From,
        ["To"] = script.To,
        ["Caller"] = script.From,
        ["Called"] = script.To,
        ["CallStatus"] = status,
        ["Direction"] = "inbound",
        ["ApiVersion"] = "2010-04-01",
    };

    private string Sid(string prefix) => prefix + Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
}
