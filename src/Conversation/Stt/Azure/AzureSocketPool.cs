using Parley.Conversation.Providers.Azure;

namespace Parley.Conversation.Stt.Azure;

/// <summary>Open connections that no call uses: warmed up, or left by a call. Bounded; closed when idle for too long.</summary>
internal sealed class AzureSocketPool : IDisposable
{
    private readonly AzureSpeechOptions options;
    private readonly AzureSpeechCredential credential;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private readonly List<(AzureSocket Socket, long Since)> idle = [];
    private readonly ITimer sweep;
    private int warming;
    private bool disposed;

    public AzureSocketPool(AzureSpeechOptions options, AzureSpeechCredential credential, TimeProvider clock)
    {
        this.options = options;
        this.credential = credential;
        this.clock = clock;
        var every = TimeSpan.FromSeconds(Math.Max(1, options.IdleSeconds / 4.0));
        sweep = clock.CreateTimer(_ => Sweep(), null, every, every);
    }

    /// <summary>Connections that wait.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return idle.Count;
        }
    }

    /// <summary>A waiting connection to the address, or a new one.</summary>
    public async Task<AzureSocket> GetAsync(Uri address, string connectionId, IAzureSocketOwner owner, CancellationToken cancellationToken)
    {
        while (Take(address) is { } waiting)
        {
            if (waiting.TryAttach(owner))
                return waiting;
            await waiting.DisposeAsync();
        }

        var socket = await ConnectAsync(address, connectionId, cancellationToken);
        if (socket.TryAttach(owner))
            return socket;

        await socket.DisposeAsync();
        throw socket.Closed!;
    }

    /// <summary>Opens a connection unless one waits already, or as many as may be.</summary>
    public async Task WarmAsync(Uri address, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (idle.Count + warming >= options.IdleConnections || idle.Exists(i => i.Socket.Address == address && i.Socket.Closed is null))
                return;
            warming++;
        }

        try
        {
            await ReturnAsync(await ConnectAsync(address, NewId(clock), cancellationToken));
        }
        finally
        {
            lock (gate)
                warming--;
        }
    }

    /// <summary>Takes a connection back that has no turn open.</summary>
    public async ValueTask ReturnAsync(AzureSocket socket)
    {
        var isOpen = socket.TryAttach(null);
        lock (gate)
        {
            if (isOpen && !disposed && idle.Count < options.IdleConnections)
            {
                idle.Add((socket, clock.GetTimestamp()));
                return;
            }
        }

        await socket.DisposeAsync();
    }

    /// <summary>32 hexadecimal digits, as the service wants its ids.</summary>
    public static string NewId(TimeProvider clock) => Guid.CreateVersion7(clock.GetUtcNow()).ToString("N").ToUpperInvariant();

    public void Dispose()
    {
        lock (gate)
            disposed = true;
        sweep.Dispose();
        Sweep();
    }

    private Task<AzureSocket> ConnectAsync(Uri address, string connectionId, CancellationToken cancellationToken) =>
        AzureSocket.ConnectAsync(address, connectionId, credential, TimeSpan.FromMilliseconds(options.ConnectTimeoutMs), clock, cancellationToken);

    private AzureSocket? Take(Uri address)
    {
        lock (gate)
        {
            // The newest is the least likely to be closed by now.
            var at = idle.FindLastIndex(i => i.Socket.Address == address);
            if (at < 0)
                return null;

            var socket = idle[at].Socket;
            idle.RemoveAt(at);
            return socket;
        }
    }

    private void Sweep()
    {
        List<AzureSocket> old = [];
        lock (gate)
        {
            for (var i = idle.Count - 1; i >= 0; i--)
            {
                if (!disposed && idle[i].Socket.Closed is null && clock.GetElapsedTime(idle[i].Since).TotalSeconds < options.IdleSeconds)
                    continue;
                old.Add(idle[i].Socket);
                idle.RemoveAt(i);
            }
        }

        // A goodbye takes a second at most and holds nobody up.
        foreach (var socket in old)
            _ = socket.DisposeAsync().AsTask();
    }
}
