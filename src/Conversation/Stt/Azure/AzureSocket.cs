using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.Azure;

namespace Parley.Conversation.Stt.Azure;

/// <summary>Who hears what a socket receives; called from the socket's own task.</summary>
internal interface IAzureSocketOwner
{
    void OnMessage(AzureSocket socket, in AzureMessage message);

    /// <summary>The socket can no longer be used.</summary>
    void OnClosed(AzureSocket socket, ProviderException reason);
}

/// <summary>One WebSocket to the service. Sends one message at a time; receives until it is closed.</summary>
internal sealed class AzureSocket : IAsyncDisposable
{
    // Messages of a telephone call's phrases are a few kilobytes.
    private const int LargestMessage = 256 * 1024;
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(1);

    private readonly ClientWebSocket socket;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource ended = new();
    private readonly Lock gate = new();
    private IAzureSocketOwner? owner;
    private Task receiving = Task.CompletedTask;
    private byte[] buffer = new byte[1024];

    private AzureSocket(ClientWebSocket socket, Uri address, string connectionId, TimeProvider clock)
    {
        this.socket = socket;
        this.clock = clock;
        Address = address;
        ConnectionId = connectionId;
    }

    public Uri Address { get; }

    /// <summary>The id that the service's support asks for.</summary>
    public string ConnectionId { get; }

    /// <summary>Whether <c>speech.config</c> was sent: once a socket.</summary>
    public bool IsConfigured { get; set; }

    /// <summary>Why the socket is of no more use; null while it is open.</summary>
    public ProviderException? Closed { get; private set; }

    /// <exception cref="ProviderException">The service refused, or cannot be reached.</exception>
    public static async Task<AzureSocket> ConnectAsync(
        Uri address, string connectionId, AzureSpeechCredential credential, TimeSpan patience, TimeProvider clock, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(20);
        using var timeout = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var (name, value) = await credential.HeaderAsync(either.Token);
            socket.Options.SetRequestHeader(name, value);
            socket.Options.SetRequestHeader("X-ConnectionId", connectionId);
            await socket.ConnectAsync(address, either.Token);
        }
        catch (Exception e)
        {
            var refusal = Refusal(socket, credential, clock, e);
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw refusal;
        }

        var connected = new AzureSocket(socket, address, connectionId, clock);
        connected.receiving = Task.Run(connected.ReceiveAsync, CancellationToken.None);
        return connected;
    }

    /// <summary>Gives the socket to an owner, or (null) to nobody. False when it is closed already.</summary>
    public bool TryAttach(IAzureSocketOwner? to)
    {
        lock (gate)
        {
            owner = to;
            return Closed is null;
        }
    }

    public Task SendTextAsync(string path, string requestId, string json, CancellationToken cancellationToken) =>
        socket.SendAsync(new ArraySegment<byte>(AzureMessage.Text(path, requestId, clock.GetUtcNow(), json)), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);

    /// <summary>Sends audio; an empty body ends it.</summary>
    public ValueTask SendAudioAsync(string requestId, ReadOnlyMemory<byte> body, bool isHeader, CancellationToken cancellationToken)
    {
        var head = AzureMessage.AudioHead(requestId, clock.GetUtcNow(), isHeader);
        if (buffer.Length < head.Length + body.Length)
            buffer = new byte[head.Length + body.Length];
        head.CopyTo(buffer, 0);
        body.CopyTo(buffer.AsMemory(head.Length));
        return socket.SendAsync(buffer.AsMemory(0, head.Length + body.Length), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
    }

    /// <summary>Gives the connection up after a send failed; its owner is told the service's own reason if it gave one.</summary>
    public async Task AbortAsync(ProviderException sendFailure, CancellationToken cancellationToken)
    {
        await ConnectionFailure.ReaderEndsAsync(receiving, clock, cancellationToken);
        Abort(sendFailure);
    }

    /// <summary>Gives the connection up at once; its owner is told.</summary>
    public void Abort(ProviderException reason)
    {
        End(reason);
        socket.Abort();
    }

    /// <summary>Closes politely, for at most a second.</summary>
    public async ValueTask DisposeAsync()
    {
        TryAttach(null);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                using var patience = new CancellationTokenSource(ClosePatience, clock);
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", patience.Token);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Whoever is gone needs no goodbye.
        }

        await ended.CancelAsync();
        await receiving;
        socket.Dispose();
        ended.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var message = new ArrayBufferWriter<byte>(4096);
        ProviderException reason;
        try
        {
            while (true)
            {
                var result = await socket.ReceiveAsync(message.GetMemory(4096), ended.Token);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    reason = AzureSpeechErrors.FromClose((int?)socket.CloseStatus ?? 1006, socket.CloseStatusDescription);
                    break;
                }

                message.Advance(result.Count);
                if (message.WrittenCount > LargestMessage)
                {
                    reason = AzureSpeechErrors.Make(ProviderErrorKind.TooLarge, "a message larger than a phrase can be");
                    socket.Abort();
                    break;
                }

                if (!result.EndOfMessage)
                    continue;

                // Recognition sends text only; binary messages belong to synthesis.
                if (result.MessageType == WebSocketMessageType.Text && AzureMessage.Parse(Encoding.UTF8.GetString(message.WrittenSpan)) is { } parsed)
                    Deliver(parsed);
                message.Clear();
            }
        }
        catch (Exception e)
        {
            // Whatever ends the connection, its owner decides what follows.
            reason = AzureSpeechErrors.FromException(e is OperationCanceledException ? new IOException("closed", e) : e);
        }

        End(reason);
    }

    private void Deliver(in AzureMessage message)
    {
        IAzureSocketOwner? to;
        lock (gate)
            to = owner;
        to?.OnMessage(this, message);
    }

    private void End(ProviderException reason)
    {
        IAzureSocketOwner? to;
        lock (gate)
        {
            if (Closed is not null)
                return;

            Closed = reason;
            to = owner;
        }

        to?.OnClosed(this, reason);
    }

    private static ProviderException Refusal(ClientWebSocket socket, AzureSpeechCredential credential, TimeProvider clock, Exception error)
    {
        var status = (int)socket.HttpStatusCode;
        if (status is 0 or 101)
            return AzureSpeechErrors.FromException(error);

        if (status == 401)
            credential.Invalidate();
        var now = clock.GetUtcNow();
        return AzureSpeechErrors.FromStatus(
            status, "", ConnectionFailure.RetryAfter(Header(socket, "Retry-After"), now),
            credential.UsesToken ? ConnectionFailure.Skew(Header(socket, "Date"), now) : null);
    }

    private static string? Header(ClientWebSocket socket, string name) =>
        socket.HttpResponseHeaders?.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault();
}
