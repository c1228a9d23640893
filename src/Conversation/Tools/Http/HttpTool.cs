using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Conversation.Llm;
using Parley.Conversation.Net;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tools.Http;

/// <summary>
/// Asks a tenant's own service. The request carries the ledger's key as <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header) and is
/// signed: <c>X-Parley-Signature: t=&lt;unix seconds&gt;,v1=&lt;hex&gt;</c>, HMAC-SHA256 of <c>t.METHOD.path-and-query.body</c>. Redirects are not
/// followed, and only the public internet is asked (<see cref="OutgoingHttp"/>).
/// </summary>
internal sealed class HttpTool(HttpToolSettings settings, OutgoingHttp http, ToolOptions options, TimeProvider clock) : ICallTool
{
    public string Name => settings.Name;

    public ToolEffect Effect => settings.ReadsOnly ? ToolEffect.Reads : ToolEffect.Writes;

    public ModelTool? Describe(Tenant tenant) => JsonNode.Parse(settings.ParametersJson) is JsonObject schema
        ? new ModelTool(settings.Name, settings.Description, schema)
        : null;

    public async Task<ToolResult> RunAsync(ToolInvocation call, CancellationToken cancellationToken)
    {
        // Without the key of its signature the service could not tell who asks: unsigned it is not asked.
        if (settings.IsSealed)
            return ToolResult.Failure(ToolError.Failed, "The service cannot be asked at the moment. It was not done. Offer a person or to take a message.");
        using var late = new CancellationTokenSource(TimeSpan.FromMilliseconds(settings.TimeoutMs), clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        using var request = Request(call);
        if (options.HttpHosts.Count > 0 && !options.HttpHosts.Contains(request.RequestUri!.IdnHost, StringComparer.OrdinalIgnoreCase))
            return ToolResult.Failure(ToolError.NotPossible, "That service may not be asked. It was not done.");
        try
        {
            using var response = await http.SendAsync(request, stop.Token);
            var status = (int)response.StatusCode;
            if (status is >= 300 and < 500)
                return ToolResult.Failure(ToolError.NotPossible, string.Create(CultureInfo.InvariantCulture, $"The service refused it ({status}). It was not done."));
            if (status >= 500)
                throw new HttpRequestException("The service failed.", null, response.StatusCode);
            return await OutgoingHttp.ReadAsync(response, options.MostHttpResponseBytes, stop.Token) is { } body
                ? Answer(body)
                : Told("It was done; the answer is too long to be read.", null);
        }
        catch (AddressRefusedException)
        {
            return ToolResult.Failure(ToolError.NotPossible, "That service cannot be asked. It was not done.");
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError)
        {
            // There was no connection to send it over: unlike any later failure, that leaves nothing open.
            return ToolResult.Failure(ToolError.Failed, "The service cannot be reached. It was not done. Offer a person or to take a message.");
        }
        catch (OperationCanceledException e) when (late.IsCancellationRequested)
        {
            throw new TimeoutException("The service did not answer in time.", e);
        }
    }

    private HttpRequestMessage Request(ToolInvocation call)
    {
        var method = HttpMethod.Parse(settings.Method);
        var address = new Uri(settings.Url);
        var body = "";
        if (method == HttpMethod.Get)
        {
            var query = string.Join('&', call.Arguments.Select(static a => $"{Uri.EscapeDataString(a.Key)}={Uri.EscapeDataString(a.Value?.ToString() ?? "")}"));
            if (query.Length > 0)
                address = new UriBuilder(address) { Query = address.Query.Length > 1 ? $"{address.Query[1..]}&{query}" : query }.Uri;
        }
        else
        {
            body = new JsonObject
            {
                ["tool"] = settings.Name,
                ["tenant"] = call.Call.Tenant.Slug,
                ["call_id"] = call.Call.CallId.ToString(),
                ["caller_number"] = call.Call.CallerNumber,
                ["arguments"] = call.Arguments.DeepClone(),
            }.ToJsonString();
        }

        var request = new HttpRequestMessage(method, address);
        if (method != HttpMethod.Get)
            request.Content = new StringContent(body, new MediaTypeHeaderValue("application/json", "utf-8"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Add("Idempotency-Key", call.Key);
        if (settings.Secret is { Length: > 0 } secret)
            request.Headers.Add("X-Parley-Signature", Sign(secret, clock.GetUtcNow(), settings.Method, address, body));
        return request;
    }

    /// <summary>The signature's header.</summary>
    public static string Sign(string secret, DateTimeOffset at, string method, Uri address, string body)
    {
        var seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signed = $"{seconds}.{method}.{address.PathAndQuery}.{body}";
        return $"t={seconds},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(signed)))}";
    }

    private static ToolResult Answer(byte[] body)
    {
        var text = Encoding.UTF8.GetString(body).Trim();
        try
        {
            var data = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false }) as JsonObject;
            // Texts that are no texts (half of a surrogate pair) are found when they are read: now, not where somebody trusts them.
            _ = data is null ? null : ToolArguments.Canonical(data);
            return Told(text, data);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return Told(text, null);
        }
    }

    private static ToolResult Told(string text, JsonObject? data) => new() { Text = text.Length == 0 ? "Done." : text, Data = data };
}
