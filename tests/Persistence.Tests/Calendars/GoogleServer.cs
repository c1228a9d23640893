using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Parley.Persistence.Tests.Calendars;

/// <summary>
/// Behaves as Google's documents say: the token endpoint ("Using OAuth 2.0 for web server applications") and events of calendars (Calendar API v3,
/// reference and "Handle API errors"). One account with the calendars <c>primary</c> and <c>other</c>.
/// </summary>
internal sealed class GoogleServer : IAsyncDisposable
{
    public const string RefreshToken = "1//refresh";

    private readonly WebApplication app;
    private readonly Lock gate = new();
    private int tokens;
    private int etags;

    private GoogleServer(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.Single());

    /// <summary>Events by calendar and id; those that were deleted stay as cancelled.</summary>
    public Dictionary<string, SortedDictionary<string, JsonObject>> Calendars { get; } =
        new() { ["primary"] = [], ["other"] = [] };

    /// <summary>Requests, as <c>METHOD path status</c>.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>Answers given before any other: status and reason.</summary>
    public ConcurrentQueue<(int Status, string Reason)> Errors { get; } = new();

    public bool IsRevoked { get; set; }

    /// <summary>Whether the answer to an insert is lost, though it was done.</summary>
    public bool LosesInserts { get; set; }

    public int PageSize { get; set; } = 250;

    public int Tokens => tokens;

    public static async Task<GoogleServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new GoogleServer(app);
        app.MapPost("/token", server.TokenAsync);
        app.Map("/calendar/v3/calendars/{calendar}/events/{id?}", server.EventsAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>Access tokens that were given are not taken any more.</summary>
    public void ExpireTokens() => Interlocked.Increment(ref tokens);

    public void Add(string id, string json) => Calendars["primary"][id] = JsonNode.Parse(json)!.AsObject();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TokenAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        if (form["grant_type"] != "refresh_token" || form["client_id"] != "client" || form["client_secret"] != "secret")
            await AnswerAsync(http, 401, new { error = "invalid_client", error_description = "Unauthorized" });
        else if (IsRevoked || form["refresh_token"] != RefreshToken)
            await AnswerAsync(http, 400, new { error = "invalid_grant", error_description = "Token has been expired or revoked." });
        else
            await AnswerAsync(http, 200, new { access_token = $"ya29.{Interlocked.Increment(ref tokens)}", expires_in = 3599, token_type = "Bearer" });
    }

    private async Task EventsAsync(HttpContext http, string calendar, string? id)
    {
        if (http.Request.Headers.Authorization != $"Bearer ya29.{tokens}" || IsRevoked)
        {
            await ErrorAsync(http, 401, "authError");
            return;
        }

        if (Errors.TryDequeue(out var error))
        {
            await ErrorAsync(http, error.Status, error.Reason);
            return;
        }

        if (!Calendars.TryGetValue(calendar, out var events))
        {
            await ErrorAsync(http, 404, "notFound");
            return;
        }

        var body = http.Request.ContentLength > 0 ? (await JsonNode.ParseAsync(http.Request.Body))!.AsObject() : null;
        var (status, answer) = Handle(http.Request, events, id, body);
        if (LosesInserts && http.Request.Method == "POST")
            (status, answer) = (503, null);
        if (answer is null && status >= 400)
            await ErrorAsync(http, status, status switch { 409 => "duplicate", 410 => "deleted", 404 => "notFound", 503 => "backendError", _ => "invalid" });
        else
            await AnswerAsync(http, status, answer);
    }

    private (int Status, JsonObject? Answer) Handle(HttpRequest request, SortedDictionary<string, JsonObject> events, string? id, JsonObject? body)
    {
        lock (gate)
        {
            switch (request.Method)
            {
                case "GET" when id is null:
                    return List(request.Query, events);
                case "POST" when id is null && body is not null:
                    var chosen = (string?)body["id"] ?? "";
                    if (chosen.Length < 5 || chosen.Any(static c => c is not ((>= 'a' and <= 'v') or (>= '0' and <= '9'))))
                        return (400, null);
                    if (events.ContainsKey(chosen))
                        return (409, null);
                    body["etag"] = $"\"{++etags}\"";
                    body["status"] ??= "confirmed";
                    events[chosen] = body;
                    return (200, body);
                case "PATCH" when id is not null && body is not null:
                    if (!events.TryGetValue(id, out var before))
                        return (404, null);
                    foreach (var (name, value) in body)
                        before[name] = value?.DeepClone();
                    before["etag"] = $"\"{++etags}\"";
                    return (200, before);
                case "DELETE" when id is not null:
                    if (!events.TryGetValue(id, out var gone))
                        return (404, null);
                    if ((string?)gone["status"] == "cancelled")
                        return (410, null);
                    gone["status"] = "cancelled";
                    return (204, null);
                default:
                    return (400, null);
            }
        }
    }

    private (int Status, JsonObject? Answer) List(IQueryCollection query, SortedDictionary<string, JsonObject> events)
    {
        if (query["singleEvents"] != "true" || !DateTimeOffset.TryParse(query["timeMin"], out var from) || !DateTimeOffset.TryParse(query["timeMax"], out var until))
            return (400, null);
        var skip = query["pageToken"].Count == 0 ? 0 : int.Parse(query["pageToken"].ToString()["page".Length..], null);
        var found = events.Values.Where(e => (string?)e["status"] != "cancelled" && At(e, "end") > from && At(e, "start") < until).ToList();
        var page = new JsonObject
        {
            ["kind"] = "calendar#events", ["etag"] = $"\"p{etags}\"", ["timeZone"] = "America/New_York",
            ["items"] = new JsonArray([.. found.Skip(skip).Take(PageSize).Select(e => e.DeepClone())]),
        };
        if (found.Count > skip + PageSize)
            page["nextPageToken"] = $"page{skip + PageSize}";
        return (200, page);
    }

    private static DateTimeOffset At(JsonObject e, string which) =>
        DateTimeOffset.Parse((string?)e[which]!["dateTime"] ?? (string)e[which]!["date"]! + "T05:00:00Z", null);

    private Task ErrorAsync(HttpContext http, int status, string reason) => AnswerAsync(http, status, new
    {
        error = new { code = status, message = reason, errors = new[] { new { domain = "global", reason, message = reason } } },
    });

    private Task AnswerAsync(HttpContext http, int status, object? body)
    {
        Log.Enqueue($"{http.Request.Method} {http.Request.Path.Value!.Replace("/calendar/v3/calendars", "", StringComparison.Ordinal)} {status}");
        http.Response.StatusCode = status;
        return body is null ? Task.CompletedTask : http.Response.WriteAsync(JsonSerializer.Serialize(body));
    }
}
