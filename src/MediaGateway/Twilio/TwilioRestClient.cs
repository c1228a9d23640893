using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Parley.MediaGateway.Twilio;

/// <summary>
/// The few requests of Twilio's REST API 2010-04-01 that are needed. Stands where the official client would. It never repeats a request
/// by itself: there is no idempotency key, so what to do after an <see cref="TwilioOutcome.Ambiguous"/> one is the caller's decision.
/// </summary>
public sealed class TwilioRestClient(
    IHttpClientFactory clients, IOptions<TwilioOptions> options, TimeProvider time, ILogger<TwilioRestClient> logger)
{
    /// <summary>Name of the HTTP client.</summary>
    public const string HttpClientName = "Twilio";

    private const int CallNotInProgress = 21220;
    private const int SenderQueueFull = 21611;
    private const int MostMessagesListed = 200;

    /// <summary>Sends a text message.</summary>
    /// <param name="from">E.164; not used when a messaging service is configured.</param>
    /// <param name="to">E.164.</param>
    /// <param name="body">At most 1,600 characters.</param>
    /// <param name="statusCallback">Told what becomes of the message.</param>
    /// <param name="cancellationToken">Gives up; the message may have been sent.</param>
    public async Task<TwilioResult> CreateMessageAsync(
        string from, string to, string body, Uri? statusCallback, CancellationToken cancellationToken)
    {
        List<KeyValuePair<string, string>> form = [new("To", to), new("Body", body)];
        form.Add(options.Value.MessagingServiceSid is { Length: > 0 } service ? new("MessagingServiceSid", service) : new("From", from));
        if (statusCallback is not null)
            form.Add(new("StatusCallback", statusCallback.OriginalString));

        using var answer = await SendAsync("create message", HttpMethod.Post, "Messages.json", form, cancellationToken);
        return answer.Result;
    }

    /// <summary>Ends a live call at any stage; a call that has ended already is a success.</summary>
    public async Task<TwilioResult> HangUpAsync(string callSid, CancellationToken cancellationToken)
    {
        if (!StreamIds.IsValid(callSid))
            throw new ArgumentException("Not the id of a call.", nameof(callSid));

        using var answer = await SendAsync("hang up", HttpMethod.Post, $"Calls/{callSid}.json", [new("Status", "completed")], cancellationToken);
        return answer.Result.Code == CallNotInProgress
            ? new TwilioResult(TwilioOutcome.Success, callSid, answer.Result.HttpStatus, answer.Result.Code)
            : answer.Result;
    }

    /// <summary>Messages to a number that were sent since a time (to the day), newest first; null when they could not be listed.</summary>
    /// <param name="from">Sender; null for any.</param>
    /// <param name="to">Recipient.</param>
    /// <param name="since">Only its UTC date counts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<TwilioMessage>?> ListMessagesAsync(
        string? from, string to, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var day = since.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var query = string.Create(CultureInfo.InvariantCulture,
            $"Messages.json?To={Uri.EscapeDataString(to)}&DateSent%3E={day}&PageSize={MostMessagesListed}");
        if (from is not null)
            query += "&From=" + Uri.EscapeDataString(from);

        using var answer = await SendAsync("list messages", HttpMethod.Get, query, null, cancellationToken);
        if (answer.Result.Outcome != TwilioOutcome.Success || answer.Body is null
            || !answer.Body.RootElement.TryGetProperty("messages", out var list) || list.ValueKind != JsonValueKind.Array)
            return null;

        List<TwilioMessage> messages = [];
        foreach (var item in list.EnumerateArray())
        {
            if (Text(item, "sid") is { } sid)
                messages.Add(new TwilioMessage(sid, Text(item, "body") ?? "", Text(item, "direction") ?? "", Date(Text(item, "date_created"))));
        }

        return messages;
    }

    private async Task<Answer> SendAsync(
        string operation, HttpMethod method, string path, IEnumerable<KeyValuePair<string, string>>? form, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        using var request = new HttpRequestMessage(
            method, $"{settings.ApiBaseUrl.OriginalString.TrimEnd('/')}/2010-04-01/Accounts/{settings.AccountSid}/{path}");
        request.Headers.Authorization = Credentials(settings);
        if (form is not null)
            request.Content = new FormUrlEncodedContent(form);

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(settings.RequestTimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var client = clients.CreateClient(HttpClientName);
            using var response = await client.SendAsync(request, either.Token);
            return Read(operation, response, await ParseAsync(response, either.Token), method == HttpMethod.Post);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            TwilioLog.RestNoAnswer(logger, operation, "timeout");
            return new Answer(new TwilioResult(TwilioOutcome.Ambiguous, Error: "No answer in time."), null);
        }
        catch (HttpRequestException failure)
        {
            // Without a connection the request cannot have been processed; in any other case it may have been.
            var connected = failure.HttpRequestError is not (HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError);
            TwilioLog.RestNoAnswer(logger, operation, failure.HttpRequestError.ToString());
            return new Answer(
                new TwilioResult(connected ? TwilioOutcome.Ambiguous : TwilioOutcome.NotProcessed, Error: "No answer: " + failure.HttpRequestError + "."),
                null);
        }
    }

    private Answer Read(string operation, HttpResponseMessage response, JsonDocument? body, bool expectsSid)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
        {
            var sid = body is null ? null : Text(body.RootElement, "sid");
            return body is null || (expectsSid && sid is null)
                ? new Answer(new TwilioResult(TwilioOutcome.Ambiguous, HttpStatus: status, Error: "The answer is unreadable."), body)
                : new Answer(new TwilioResult(TwilioOutcome.Success, sid, status), body);
        }

        var code = body is { RootElement.ValueKind: JsonValueKind.Object } && body.RootElement.TryGetProperty("code", out var property)
            && property.ValueKind == JsonValueKind.Number && property.TryGetInt32(out var number) ? number : 0;
        var outcome = response.StatusCode == HttpStatusCode.TooManyRequests || code == SenderQueueFull ? TwilioOutcome.NotProcessed
            : status >= 500 || response.StatusCode == HttpStatusCode.RequestTimeout ? TwilioOutcome.Ambiguous
            : TwilioOutcome.Refused;
        var message = body is null ? null : Text(body.RootElement, "message");

        TwilioLog.RestRefused(logger, operation, status, code, RequestId(response));
        return new Answer(
            new TwilioResult(outcome, HttpStatus: status, Code: code, RetryAfter: RetryAfter(response),
                Error: string.Create(CultureInfo.InvariantCulture, $"{status}/{code} {PhoneNumbers.MaskIn(message ?? "")}").TrimEnd()),
            body);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static string RequestId(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Twilio-Request-Id", out var ids) ? ids.First() : "unknown";

    private static async Task<JsonDocument?> ParseAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var body = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
            if (body.RootElement.ValueKind == JsonValueKind.Object)
                return body;
            body.Dispose();
            return null;
        }
        catch (JsonException)
        {
            // Gateways in between answer with HTML; the status says enough then.
            return null;
        }
    }

    private static AuthenticationHeaderValue Credentials(TwilioOptions settings)
    {
        var pair = string.IsNullOrEmpty(settings.ApiKeySid)
            ? $"{settings.AccountSid}:{settings.AuthToken}"
            : $"{settings.ApiKeySid}:{settings.ApiKeySecret}";
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    private static DateTimeOffset? Date(string? rfc2822) =>
        DateTimeOffset.TryParse(rfc2822, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    private sealed record Answer(TwilioResult Result, JsonDocument? Body) : IDisposable
    {
        public void Dispose() => Body?.Dispose();
    }
}
