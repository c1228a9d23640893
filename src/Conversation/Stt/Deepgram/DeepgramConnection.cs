using System.Buffers;
using System.Net.WebSockets;
using Parley.Conversation.Audio;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Stt.Deepgram;

/// <summary>
/// A WebSocket to Deepgram's live API v1 that is kept alive while it is silent. One reader and one writer; the keep-alive goes between.
/// </summary>
/// <remarks>
/// Deepgram closes a connection that brings neither audio nor <c>KeepAlive</c> for 10 s, and <c>KeepAlive</c> does not count before the
/// first audio ("Audio keep alive"). Callers listen to a greeting before they speak, so a connection begins with a frame of silence.
/// </remarks>
internal sealed class DeepgramConnection : IAsyncDisposable
{
    /// <summary>Silence that a connection begins with: one frame of 20 ms.</summary>
    public const int PrimedSamples = 160;

    /// <summary>Longest silence on the wire; Deepgram's documents ask for 3 to 5 s.</summary>
    public static readonly TimeSpan KeepAliveEvery = TimeSpan.FromSeconds(4);

    private const int MostMessageBytes = 256 * 1024;
    private static readonly byte[] KeepAlive = """{"type":"KeepAlive"}"""u8.ToArray();
    private static readonly byte[] Silence = [.. Enumerable.Repeat(MuLaw.Silence, PrimedSamples)];

    private readonly ClientWebSocket socket;
    private readonly SemaphoreSlim writing = new(1);
    private readonly ITimer keepAlive;
    private byte[] received = ArrayPool<byte>.Shared.Rent(4096);
    private int disposed;

    private DeepgramConnection(ClientWebSocket socket, TimeProvider clock)
    {
        this.socket = socket;
        keepAlive = clock.CreateTimer(_ => _ = KeepAliveAsync(), null, KeepAliveEvery, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether the connection is still good, as far as can be told without using it.</summary>
    public bool IsOpen => socket.State == WebSocketState.Open;

    /// <summary>Deepgram's id of the connection, for its support.</summary>
    public string? RequestId { get; private init; }

    /// <summary>Connects.</summary>
    /// <exception cref="ProviderException">Refused, not reached, or not in time.</exception>
    public static async Task<DeepgramConnection> OpenAsync(Uri address, DeepgramOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Authorization", "Token " + options.ApiKey);

        // A line that is dead without having been closed is noticed after 20 s.
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(10);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(10);
        using var late = new CancellationTokenSource(TimeSpan.FromMilliseconds(options.ConnectTimeoutMs), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            await socket.ConnectAsync(address, either.Token);
            var connection = new DeepgramConnection(socket, clock)
            {
                RequestId = socket.HttpResponseHeaders?.FirstOrDefault(h => h.Key.Equals("dg-request-id", StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault(),
            };
            socket.HttpResponseHeaders = null;
            try
            {
                await connection.SendAsync(Silence, WebSocketMessageType.Binary, either.Token);
            }
            catch (WebSocketException)
            {
                // Closed as soon as it was open: the reader finds why.
            }

            return connection;
        }
        catch (Exception e) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw DeepgramErrors.Error(ProviderErrorKind.Timeout, $"no connection within {options.ConnectTimeoutMs} ms", inner: e);
        }
        catch (Exception e) when (ConnectionFailure.IsConnection(e) && !cancellationToken.IsCancellationRequested)
        {
            var error = DeepgramErrors.OfConnect(socket, e, clock.GetUtcNow());
            socket.Dispose();
            throw error;
        }
        catch (Exception)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends audio. An empty message would end the stream, so nothing is sent for nothing.</summary>
    public ValueTask SendAudioAsync(ReadOnlyMemory<byte> muLaw, CancellationToken cancellationToken) =>
        muLaw.IsEmpty ? ValueTask.CompletedTask : SendAsync(muLaw, WebSocketMessageType.Binary, cancellationToken);

    /// <summary>Sends a control message.</summary>
    public ValueTask SendTextAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        SendAsync(json, WebSocketMessageType.Text, cancellationToken);

    /// <summary>The next message; null when the server closed in good order.</summary>
    /// <exception cref="ProviderException">The connection broke, was closed with an error, or brought something else than documented.</exception>
    public async ValueTask<DeepgramMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        var length = 0;
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(received.AsMemory(length), cancellationToken);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    if (socket.CloseStatus != WebSocketCloseStatus.NormalClosure)
                        throw DeepgramErrors.OfClose(socket.CloseStatus, socket.CloseStatusDescription);
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                    return null;
                }

                length += part.Count;
                if (part.EndOfMessage)
                {
                    // Deepgram sends text only.
                    return part.MessageType == WebSocketMessageType.Text
                        ? DeepgramMessage.Parse(received.AsMemory(0, length))
                        : new DeepgramMessage(DeepgramMessageKind.Other);
                }

                if (length == received.Length)
                    Grow();
            }
        }
        catch (Exception e) when ((ConnectionFailure.IsConnection(e) || e is OperationCanceledException) && !cancellationToken.IsCancellationRequested)
        {
            // An aborted socket calls itself cancelled.
            throw DeepgramErrors.Error(ProviderErrorKind.Disconnected, "the connection broke", inner: e);
        }
    }

    /// <summary>Ends the connection at once. Whoever reads or writes it gets an exception.</summary>
    public void Abort() => socket.Abort();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        await keepAlive.DisposeAsync();

        // Nobody waits for the answer: a stream that is to be finished was finished by CloseStream before.
        socket.Abort();
        socket.Dispose();
        ArrayPool<byte>.Shared.Return(received);
        received = [];
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> message, WebSocketMessageType type, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            keepAlive.Change(KeepAliveEvery, Timeout.InfiniteTimeSpan);
            await socket.SendAsync(message, type, WebSocketMessageFlags.EndOfMessage, cancellationToken);
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task KeepAliveAsync()
    {
        try
        {
            await SendAsync(KeepAlive, WebSocketMessageType.Text, CancellationToken.None);
        }
        catch (Exception e) when (ConnectionFailure.IsConnection(e) || e is OperationCanceledException)
        {
            // The reader tells what happened.
        }
    }

    private void Grow()
    {
        if (received.Length >= MostMessageBytes)
            throw DeepgramErrors.Error(ProviderErrorKind.TooLarge, $"a message is larger than {MostMessageBytes} bytes");
        var larger = ArrayPool<byte>.Shared.Rent(received.Length * 2);
        received.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(received);
        received = larger;
    }
}
