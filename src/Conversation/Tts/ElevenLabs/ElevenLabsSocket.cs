using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Tts.ElevenLabs;

/// <summary>One session of ElevenLabs' WebSocket input streaming: a clause in, its audio out. There is no cancel message: the socket is dropped.</summary>
internal sealed class ElevenLabsSocket : IAsyncDisposable
{
    // A second of audio is 11 kB of base64 and its alignment a few more; a whole clause stays under this.
    private const int MostMessageBytes = 4 * 1024 * 1024;

    private readonly ClientWebSocket socket;
    private readonly VoiceSettings? settings;
    private byte[] received = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private bool isFinal;
    private int disposed;

    private ElevenLabsSocket(ClientWebSocket socket, VoiceSettings? settings)
    {
        this.socket = socket;
        this.settings = settings;
    }

    /// <summary>Connects.</summary>
    /// <exception cref="ProviderException">Refused, not reached, or not in time.</exception>
    public static async Task<ElevenLabsSocket> OpenAsync(
        Uri address, ElevenLabsOptions options, VoiceSettings? settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("xi-api-key", options.ApiKey);
        using var late = new CancellationTokenSource(TimeSpan.FromMilliseconds(options.ConnectTimeoutMs), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            await socket.ConnectAsync(address, either.Token);
            return new ElevenLabsSocket(socket, settings);
        }
        catch (Exception e)
        {
            var status = (int)socket.HttpStatusCode;
            var retryAfter = ConnectionFailure.RetryAfter(
                socket.HttpResponseHeaders?.FirstOrDefault(h => h.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault(),
                clock.GetUtcNow());
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (late.IsCancellationRequested)
                throw ElevenLabsErrors.Error(ProviderErrorKind.Timeout, $"no connection within {options.ConnectTimeoutMs} ms", inner: e);
            if (!ConnectionFailure.IsConnection(e))
                throw;
            throw status is 0 or 101 ? ElevenLabsErrors.OfConnection(e, hadAudio: false) : ElevenLabsErrors.OfHttp(status, [], retryAfter);
        }
    }

    /// <summary>
    /// Sends a clause and the end of the session. The text ends with a blank, as the protocol asks, and none of it is empty. False when it could not be
    /// sent: who refuses a voice closes before that, and <see cref="ReceiveAsync"/> finds why.
    /// </summary>
    public async Task<bool> SayAsync(string text, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(new TextMessage(" ", settings), cancellationToken);
            await SendAsync(new TextMessage(text.TrimEnd() + " ", Flush: true), cancellationToken);
            await SendAsync(new TextMessage(""), cancellationToken);
            return true;
        }
        catch (WebSocketException)
        {
            return false;
        }
    }

    /// <summary>The next message; null after the last. Any other end is a failure.</summary>
    /// <exception cref="ProviderException">An error came, the session was closed early, or something else than documented came.</exception>
    public async Task<AudioMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (isFinal)
            return null;

        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(received.AsMemory(length), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
                throw ElevenLabsErrors.OfSocket(null, (int?)socket.CloseStatus);
            length += part.Count;
            if (part.EndOfMessage)
                break;
            if (length == received.Length)
                Grow();
        }

        var message = Parse(received.AsSpan(0, length));
        if (message.Error is not null || (message.Message is not null && message.Audio is null && message.IsFinal is null))
        {
            throw ElevenLabsErrors.OfSocket(
                message.Error, message.Code is { ValueKind: JsonValueKind.Number } code && code.TryGetInt32(out var number) ? number : null);
        }

        // The last message may carry audio as well.
        isFinal = message.IsFinal == true;
        return isFinal && message.Audio is not { Length: > 0 } ? null : message;
    }

    /// <summary>The bytes of a chunk.</summary>
    public static byte[] Decode(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64);
        }
        catch (FormatException)
        {
            throw ElevenLabsErrors.Error(ProviderErrorKind.MalformedAnswer, "a chunk of audio is not base64");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return ValueTask.CompletedTask;
        socket.Abort();
        socket.Dispose();
        ArrayPool<byte>.Shared.Return(received);
        received = [];
        return ValueTask.CompletedTask;
    }

    private static AudioMessage Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ElevenLabsJson.Default.AudioMessage)
                ?? throw ElevenLabsErrors.Error(ProviderErrorKind.MalformedAnswer, "a message is empty");
        }
        catch (JsonException)
        {
            throw ElevenLabsErrors.Error(ProviderErrorKind.MalformedAnswer, $"a message of {json.Length} bytes is not as documented");
        }
    }

    private ValueTask SendAsync(TextMessage message, CancellationToken cancellationToken) => socket.SendAsync(
        JsonSerializer.SerializeToUtf8Bytes(message, ElevenLabsJson.Default.TextMessage), WebSocketMessageType.Text,
        WebSocketMessageFlags.EndOfMessage, cancellationToken);

    private void Grow()
    {
        if (received.Length >= MostMessageBytes)
            throw ElevenLabsErrors.Error(ProviderErrorKind.TooLarge, $"a message is larger than {MostMessageBytes} bytes");
        var larger = ArrayPool<byte>.Shared.Rent(received.Length * 2);
        received.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(received);
        received = larger;
    }
}
