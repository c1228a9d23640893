using System.Globalization;
using System.Net.WebSockets;
using System.Xml.Linq;
using Parley.Conversation.Faults;
using Parley.MediaGateway.Faults;

namespace Parley.Calling;

/// <summary>
/// One inbound call as Twilio plays it: asks the voice webhook, obeys the TwiML, streams the caller's voice, and reports the end. A call
/// object makes one call.
/// </summary>
public sealed class TwilioCall
{
    // Documents that redirect to each other for ever end the call.
    private const int MaxDocuments = 20;

    private readonly TwilioCallOptions options;
    private readonly TimeProvider time;
    private readonly TwilioWebhooks webhooks;
    private readonly CallEvents events;
    private readonly long startedAt;
    private readonly string accountSid;
    private string? transferTo;
    private bool answered;
    private long? firstStreamAt;
    private (FaultInjector Out, FaultInjector In)? faults;

    /// <summary>Prepares a call; <paramref name="http"/> needs no base address and keeps its own timeout (Twilio's is 15 s).</summary>
    public TwilioCall(TwilioCallOptions options, HttpClient http, TimeProvider time, params IReadOnlyList<ICallObserver> observers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        this.options = options;
        this.time = time;
        webhooks = new TwilioWebhooks(options, http);
        events = new CallEvents(observers);
        startedAt = time.GetTimestamp();
        accountSid = options.AccountSid;
        CallSid = Sid("CA");
    }

    /// <summary>The call's id at the carrier.</summary>
    public string CallSid { get; }

    private TimeSpan Elapsed => time.GetElapsedTime(startedAt);

    /// <summary>Makes the call. <paramref name="cancellationToken"/> makes the caller hang up in good order.</summary>
    /// <exception cref="CallFailedException">The server cannot be reached or answers what Twilio cannot use.</exception>
    public async Task<CallOutcome> RunAsync(ICaller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        var end = await RunDocumentsAsync(caller, cancellationToken);
        var duration = Elapsed;
        var status = Form("completed");
        status["CallDuration"] = ((int)Math.Ceiling(duration.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        status["Duration"] = ((int)Math.Ceiling(duration.TotalMinutes)).ToString(CultureInfo.InvariantCulture);
        status["SequenceNumber"] = "0";
        status["CallbackSource"] = "call-progress-events";
        status["Timestamp"] = time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        await NotifyAsync(new Uri(webhooks.PublicUrl, "/twilio/call-status"), status);
        return new CallOutcome
        {
            CallSid = CallSid,
            End = end,
            Duration = duration,
            TransferTo = transferTo,
            Violations = events.Violations,
        };
    }

    private async Task<CallEnd> RunDocumentsAsync(ICaller caller, CancellationToken cancellationToken)
    {
        var url = new Uri(webhooks.PublicUrl, "/twilio/voice");
        var form = Form("ringing");
        for (var document = 0; document < MaxDocuments; document++)
        {
            if (cancellationToken.IsCancellationRequested)
                return CallEnd.CallerHungUp;

            var twiml = await webhooks.GetTwimlAsync(url, form, CancellationToken.None);
            var step = await RunDocumentAsync(twiml, url, caller, cancellationToken);
            if (step.End is { } end)
                return end;
            (url, form) = (step.Next!, step.Form!);
        }

        throw new CallFailedException($"more than {MaxDocuments} TwiML documents in one call; the last asked for {url}");
    }

    private async Task<Step> RunDocumentAsync(XElement? twiml, Uri url, ICaller caller, CancellationToken cancellationToken)
    {
        foreach (var verb in twiml?.Elements() ?? [])
        {
            var name = verb.Name.LocalName;
            if (name != "Reject" && name != "Pause")
                answered = true;
            switch (name)
            {
                case "Say":
                    events.Raise(o => o.OnTwiml(name, verb.Value.Trim()));
                    break;
                case "Play":
                    events.Raise(o => o.OnTwiml(name, verb.Value.Trim()));
                    break;
                case "Pause":
                    await PauseAsync(verb, cancellationToken);
                    break;
                case "Hangup":
                    return new Step(CallEnd.Completed);
                case "Reject":
                    events.Raise(o => o.OnTwiml(name, (string?)verb.Attribute("reason") ?? "rejected"));
                    return new Step(CallEnd.Rejected);
                case "Redirect":
                    return new Step(null, new Uri(url, verb.Value.Trim()), Form("in-progress"));
                case "Dial":
                    if (Dial(verb, url) is { } afterDial)
                        return afterDial;
                    break;
                case "Connect" when verb.Element("Stream") is { } stream:
                    if (await ConnectAsync(verb, stream, url, caller, cancellationToken) is { } afterStream)
                        return afterStream;
                    break;
                default:
                    events.Violation(null, $"TwiML <{name}> is not played by this caller");
                    break;
            }
        }

        return new Step(CallEnd.Completed);
    }

    private async Task PauseAsync(XElement verb, CancellationToken cancellationToken)
    {
        var seconds = int.TryParse((string?)verb.Attribute("length"), CultureInfo.InvariantCulture, out var length) ? length : 1;
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The caller hangs up during the pause: seen before the next document.
        }
    }

    private Step? Dial(XElement verb, Uri url)
    {
        transferTo = (verb.Elements().FirstOrDefault()?.Value ?? verb.Value).Trim();
        events.Raise(o => o.OnTwiml("Dial", transferTo));
        if ((string?)verb.Attribute("action") is not { } action)
            return null;

        var form = Form("in-progress");
        form["DialCallStatus"] = options.DialStatus;
        form["DialCallSid"] = Sid("CA");
        form["DialBridged"] = options.DialStatus == "completed" ? "true" : "false";
        if (options.DialStatus == "completed")
            form["DialCallDuration"] = "5";
        return new Step(null, new Uri(url, action), form);
    }

    private async Task<Step?> ConnectAsync(
        XElement connect, XElement stream, Uri url, ICaller caller, CancellationToken cancellationToken)
    {
        var streamSid = Sid("MZ");
        var target = new Uri(url, (string?)stream.Attribute("url") ?? throw new CallFailedException("<Stream> has no url"));
        if (target.Scheme != "wss" && !(target.Scheme == "ws" && target.IsLoopback))
            throw new CallFailedException($"31922: a stream's scheme is wss, not {target}");
        if (target.Query.Length > 0)
            events.Violation(31920, "a stream's url has no query string");

        var callback = (string?)stream.Attribute("statusCallback") is { } address ? new Uri(url, address) : null;
        var name = (string?)stream.Attribute("name") ?? streamSid;
        var end = StreamEnd.Lost;
        if (await OpenAsync(target) is { } connection)
        {
            using (var socket = Spoil(connection))
            {
                events.Raise(o => o.OnStreamStarted(CallSid, streamSid));
                var started = StreamStatusAsync(callback, streamSid, name, "stream-started", null);
                var start = new MediaStreamStart(accountSid, CallSid, streamSid, Parameters(stream));
                firstStreamAt ??= time.GetTimestamp();
                using var client = new MediaStreamClient(
                    socket, start, caller, events, time, options.MaxDuration - Elapsed, time.GetElapsedTime(firstStreamAt.Value));
                end = await client.RunAsync(cancellationToken);
                await started;
            }

            if (end == StreamEnd.Lost)
                events.Violation(31921, "the connection of the media stream broke");
        }

        await StreamStatusAsync(
            callback, streamSid, name, end == StreamEnd.Lost ? "stream-error" : "stream-stopped", end == StreamEnd.Lost ? "connection lost" : null);
        return end switch
        {
            StreamEnd.CallerHungUp => new Step(CallEnd.CallerHungUp),
            StreamEnd.TimedOut => new Step(CallEnd.TimedOut),
            _ => (string?)connect.Attribute("action") is { } action ? new Step(null, new Uri(url, action), Form("in-progress")) : null,
        };
    }

    private WebSocket Spoil(ClientWebSocket socket)
    {
        if (options.Faults.IsNone)
            return socket;

        faults ??= (new FaultInjector(options.Faults, time), new FaultInjector(options.Faults with { Cut = null, HalfOpen = null }, time, stream: 1));
        return new FaultyWebSocket(socket, faults.Value.Out, faults.Value.In, time);
    }

    private async Task<ClientWebSocket?> OpenAsync(Uri target)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("User-Agent", "Twilio.TmeWs/1.0");
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        socket.Options.CollectHttpResponseDetails = true;
        if (target.IsLoopback || webhooks.Reach(target).IsLoopback)
            socket.Options.Proxy = null;
        if (webhooks.Sign(target, []) is { } signature)
            socket.Options.SetRequestHeader("x-twilio-signature", signature);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10), time);
        try
        {
            await socket.ConnectAsync(webhooks.Reach(target), deadline.Token);
            return socket;
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            var code = deadline.IsCancellationRequested ? 31901 : 31920;
            events.Violation(code, $"{target} did not open: status {(int)socket.HttpStatusCode}, {e.Message}");
            socket.Dispose();
            return null;
        }
    }

    private Dictionary<string, string> Parameters(XElement stream)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in stream.Elements("Parameter"))
        {
            var (name, value) = ((string?)parameter.Attribute("name") ?? "", (string?)parameter.Attribute("value") ?? "");
            if (name.Length + value.Length >= 500)
                events.Violation(null, $"parameter '{name}' has {name.Length + value.Length} characters; under 500 are allowed");
            parameters[name] = value;
        }

        return parameters;
    }

    private Task StreamStatusAsync(Uri? callback, string streamSid, string name, string streamEvent, string? error)
    {
        if (callback is null)
            return Task.CompletedTask;

        var form = new Dictionary<string, string>
        {
            ["AccountSid"] = accountSid,
            ["CallSid"] = CallSid,
            ["StreamSid"] = streamSid,
            ["StreamName"] = name,
            ["StreamEvent"] = streamEvent,
            ["Timestamp"] = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
        };
        if (error is not null)
            form["StreamError"] = error;
        return NotifyAsync(callback, form);
    }

    // A call's end is reported even when the caller's process is being stopped: no token.
    private async Task NotifyAsync(Uri url, Dictionary<string, string> form)
    {
        if (await webhooks.NotifyAsync(url, form, CancellationToken.None) is { } problem)
            events.Violation(null, $"status callback: {problem}");
    }

    private Dictionary<string, string> Form(string status) => new()
    {
        ["CallSid"] = CallSid,
        ["AccountSid"] = accountSid,
        ["From"] = options.From,
        ["To"] = options.To,
        ["Caller"] = options.From,
        ["Called"] = options.To,
        ["CallStatus"] = status == "ringing" && answered ? "in-progress" : status,
        ["Direction"] = "inbound",
        ["ApiVersion"] = "2010-04-01",
        ["FromCity"] = "",
        ["FromState"] = "",
        ["FromZip"] = "",
        ["FromCountry"] = "US",
        ["ToCity"] = "",
        ["ToState"] = "",
        ["ToZip"] = "",
        ["ToCountry"] = "US",
    };

    private string Sid(string prefix) => prefix + Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    private sealed record Step(CallEnd? End, Uri? Next = null, Dictionary<string, string>? Form = null);
}
