using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Calling;

/// <summary>Reads calls over the admin API with an API key.</summary>
public sealed class HttpCallResultSource(Uri server, string apiKey, HttpClient http) : ICallResultSource
{
    /// <summary>How the API writes JSON.</summary>
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <inheritdoc/>
    public async Task<CallResult?> FindAsync(string callSid, CancellationToken cancellationToken)
    {
        using var request = Request($"api/calls/by-carrier/{Uri.EscapeDataString(callSid)}");
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound)
                return null;
            if (!response.IsSuccessStatusCode)
                throw new CallFailedException($"the admin API answered {(int)response.StatusCode} {response.ReasonPhrase}");
            return await response.Content.ReadFromJsonAsync<CallResult>(Json, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or NotSupportedException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new CallFailedException($"the admin API gave no call: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ResultTurn> WatchAsync(Guid callId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = Request($"api/calls/{callId}/events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType != "text/event-stream")
            yield break;

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            if (item.EventType == "turn" && JsonSerializer.Deserialize<ResultTurn>(item.Data, Json) is { } turn)
                yield return turn;
        }
    }

    private HttpRequestMessage Request(string path) => new(HttpMethod.Get, new Uri(server, $"/{path}"))
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", apiKey) },
    };
}
