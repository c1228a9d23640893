using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Parley.Providers.Server.OpenAi.Realtime;

namespace Parley.Providers.Server.OpenAi;

/// <summary>
/// Behaves as OpenAI's HTTP API is documented: chat completions, speech, transcription, embeddings and models; streamed or not. Answers and faults are
/// scripted; without a script it answers something sensible.
/// </summary>
public sealed class OpenAiServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<Func<HttpContext, Task>> overrides = new();
    private readonly CancellationTokenSource closing = new();
    private LocalServer server = null!;
    private int requestIds;

    private OpenAiServer()
    {
    }

    /// <summary>The key it takes.</summary>
    public string Key { get; init; } = "sk-test-0123456789abcdef";

    /// <summary>Where the API is, as a client is configured with it.</summary>
    public Uri BaseAddress { get; private set; } = null!;

    /// <summary>The models it knows; a name outside is <c>model_not_found</c>.</summary>
    public HashSet<string> Models { get; } =
    [
        "gpt-4o-mini", "gpt-4o", "gpt-4o-mini-transcribe", "gpt-4o-transcribe", "whisper-1", "gpt-4o-mini-tts", "tts-1",
        "text-embedding-3-small", "text-embedding-3-large",
    ];

    /// <summary>Languages transcription knows.</summary>
    public HashSet<string> Languages { get; } = ["de", "en", "es", "fr", "he", "it", "ru", "pt", "nl", "uk", "ar", "zh", "ja"];

    /// <summary>What the next chat completions answer, in order.</summary>
    public ConcurrentQueue<ChatScript> Chats { get; } = new();

    /// <summary>What chat completions answer that no script waits for; null for a greeting.</summary>
    public Func<ChatScript>? Answer { get; set; }

    /// <summary>Wait before a transcription.</summary>
    public TimeSpan TranscriptionDelay { get; set; }

    /// <summary>What the next transcriptions understand.</summary>
    public ConcurrentQueue<string> Transcripts { get; } = new();

    /// <summary>Bytes of a piece of streamed speech: odd, so that pieces split samples.</summary>
    public int SpeechPieceBytes { get; set; } = 1001;

    /// <summary>The speech-to-speech models it knows.</summary>
    public HashSet<string> RealtimeModels { get; } = ["gpt-realtime", "gpt-realtime-mini"];

    /// <summary>What the next answers of realtime sessions are, in order.</summary>
    public ConcurrentQueue<RealtimeScript> Answers { get; } = new();

    /// <summary>Realtime sessions, in order.</summary>
    public ConcurrentQueue<RealtimeSession> RealtimeSessions { get; } = new();

    /// <summary>Bytes of a piece of realtime audio: no multiple of a frame.</summary>
    public int RealtimePieceBytes { get; set; } = 1999;

    /// <summary>Realtime sessions notice no speech.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>Realtime sessions write down what they hear: the next of <see cref="Transcripts"/>, where an empty one fails.</summary>
    public bool Transcribes { get; set; } = true;

    /// <summary>Something happened in a realtime session.</summary>
    public Changes Changes { get; } = new();

    /// <summary>What came in.</summary>
    public ConcurrentQueue<OpenAiRequest> Requests { get; } = new();

    /// <summary>Ends when the server closes: waits that a script holds back end with it.</summary>
    internal CancellationToken Closing => closing.Token;

    /// <summary>Starts one.</summary>
    /// <param name="listen">More about the listening socket, such as TLS.</param>
    public static async Task<OpenAiServer> StartAsync(Action<ListenOptions>? listen = null)
    {
        var fake = new OpenAiServer();
        fake.server = await LocalServer.StartAsync(fake.Map, listen);
        fake.BaseAddress = new Uri(fake.server.Address, "v1");
        return fake;
    }

    /// <summary>The sound of words: each character a step, so that every byte tells where it belongs.</summary>
    public static byte[] RealtimeAudio(string words)
    {
        ArgumentNullException.ThrowIfNull(words);
        var audio = new byte[words.Length * RealtimeSession.MsPerChar * 8];
        for (var i = 0; i < audio.Length; i++)
            audio[i] = (byte)(0x80 + words[i / (RealtimeSession.MsPerChar * 8)] % 32 + i % 3);
        return audio;
    }

    /// <summary>Answers the next request, whatever it is, in this way.</summary>
    public void Next(Func<HttpContext, Task> answer) => overrides.Enqueue(answer);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await server.DisposeAsync();
        closing.Dispose();
    }

    private void Map(WebApplication app)
    {
        app.Use(BeforeAsync);
        app.MapPost("/v1/chat/completions", context => ChatEndpoint.AnswerAsync(this, context));
        app.MapPost("/v1/audio/speech", context => SpeechEndpoint.AnswerAsync(this, context));
        app.MapPost("/v1/audio/transcriptions", context => TranscriptionEndpoint.AnswerAsync(this, context));
        app.MapPost("/v1/embeddings", context => EmbeddingsEndpoint.AnswerAsync(this, context));
        app.MapMethods("/v1/models", ["GET", "HEAD"], context => context.Response.WriteAsJsonAsync(new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. Models.Select(static JsonNode (m) => new JsonObject { ["id"] = m, ["object"] = "model", ["created"] = 1, ["owned_by"] = "openai" })]),
        }));
        app.MapGet("/v1/realtime", context => RealtimeEndpoint.ServeAsync(this, context));
        app.MapFallback(context => OpenAiError.WriteAsync(
            context, 404, "invalid_request_error", null, $"Invalid URL ({context.Request.Method} {context.Request.Path})"));
    }

    private async Task BeforeAsync(HttpContext context, RequestDelegate next)
    {
        var request = await OpenAiRequest.ReadAsync(context);
        Requests.Enqueue(request);
        context.Items[typeof(OpenAiRequest)] = request;
        var headers = context.Response.Headers;
        headers["x-request-id"] = string.Create(CultureInfo.InvariantCulture, $"req_{Interlocked.Increment(ref requestIds):x8}");
        headers["openai-version"] = "2020-10-01";
        headers["openai-processing-ms"] = "1";
        headers["x-ratelimit-limit-requests"] = "500";
        headers["x-ratelimit-remaining-requests"] = "499";
        headers["x-ratelimit-reset-requests"] = "120ms";
        if (overrides.TryDequeue(out var answer))
            await answer(context);
        else if (request.Authorization is null)
            await OpenAiError.WriteAsync(context, 401, "invalid_request_error", null, "You didn't provide an API key.");
        else if (request.Authorization != "Bearer " + Key)
            await OpenAiError.WriteAsync(context, 401, "invalid_request_error", "invalid_api_key", $"Incorrect API key provided: {request.Authorization[7..]}.");
        else if (request.IsBroken)
            await OpenAiError.WriteAsync(context, 400, "invalid_request_error", null, "We could not parse the JSON body of your request.");
        else
            await next(context);
    }
}

/// <summary>A request as it came in.</summary>
public sealed record OpenAiRequest(string Method, string Path, string Protocol, string? Authorization, JsonObject Body, bool IsBroken)
{
    /// <summary>Fields of a form.</summary>
    public IReadOnlyDictionary<string, string> Form { get; private init; } = new Dictionary<string, string>();

    /// <summary>The file of a form.</summary>
    public byte[] File { get; private init; } = [];

    /// <summary>Its name.</summary>
    public string? FileName { get; private init; }

    /// <summary>Ends when the client has gone before the answer was complete.</summary>
    public CancellationToken Aborted { get; private init; }

    internal static OpenAiRequest Of(HttpContext context) => (OpenAiRequest)context.Items[typeof(OpenAiRequest)]!;

    internal static async Task<OpenAiRequest> ReadAsync(HttpContext context)
    {
        var http = context.Request;
        var request = new OpenAiRequest(http.Method, http.Path, http.Protocol, http.Headers.Authorization, [], false) { Aborted = context.RequestAborted };
        if (http.HasFormContentType)
        {
            var form = await http.ReadFormAsync();
            using var bytes = new MemoryStream();
            if (form.Files.GetFile("file") is { } file)
                await file.CopyToAsync(bytes);
            return request with
            {
                Form = form.ToDictionary(static field => field.Key, static field => field.Value.ToString()),
                File = bytes.ToArray(),
                FileName = form.Files.GetFile("file")?.FileName,
            };
        }

        if (!HttpMethods.IsPost(http.Method))
            return request;
        try
        {
            return request with { Body = (await JsonNode.ParseAsync(http.Body))!.AsObject() };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or NullReferenceException)
        {
            return request with { IsBroken = true };
        }
    }
}
