using System.Net;
using System.Text.Json;
using Parley.Conversation.Net;

namespace Parley.Persistence.Calendars.Google;

/// <summary>Sends a request to Google and reads its answer, within a time and a size.</summary>
internal static class GoogleHttp
{
    private const int MostBytes = 5 * 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>The status and the JSON, which is undefined when there is none.</summary>
    /// <exception cref="CalendarFailure">There was no answer.</exception>
    public static async Task<GoogleAnswer> SendAsync(OutgoingHttp http, HttpRequestMessage request, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            var body = await OutgoingHttp.ReadAsync(response, MostBytes, either.Token) ?? throw new CalendarFailure("Google's answer is too long.");
            var given = response.Headers.RetryAfter;
            return new GoogleAnswer(response.StatusCode, Parse(body), given?.Delta ?? given?.Date - time.GetUtcNow());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CalendarFailure($"Google did not answer within {Timeout.TotalSeconds:0} s.");
        }
        catch (AddressRefusedException e)
        {
            throw new CalendarFailure(e.Message, mayPass: false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new CalendarFailure("There is no connection to Google.");
        }
    }

    private static JsonElement Parse(byte[] body)
    {
        try
        {
            return body.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(body);
        }
        catch (JsonException)
        {
            // A proxy's page in the place of an answer; the status says enough.
            return default;
        }
    }
}

/// <summary>An answer of Google's.</summary>
internal readonly record struct GoogleAnswer(HttpStatusCode Status, JsonElement Body, TimeSpan? RetryAfter)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>A text at a path of members; null when there is none.</summary>
    public static string? Text(JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json))
                return null;
        }

        return json.ValueKind == JsonValueKind.String ? json.GetString() : null;
    }
}
