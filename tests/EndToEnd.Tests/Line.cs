using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Parley.EndToEnd.Tests;

/// <summary>
/// A wire between caller and server that can be cut: passes bytes on, and breaks media connections without a goodbye when told to. Its
/// far end can be moved to another server, as a load balancer does.
/// </summary>
internal sealed class Line : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> media = new();
    private readonly ConcurrentDictionary<Task, bool> passing = new();
    private readonly CancellationTokenSource over = new();
    private readonly Task accepting;

    private TaskCompletionSource<Uri> server = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Line(Uri server)
    {
        ConnectTo(server);
        listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        accepting = AcceptAsync();
    }

    /// <summary>The near end.</summary>
    public Uri Address { get; }

    /// <summary>New connections wait for the next far end.</summary>
    public void Hold() => server = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>New connections, and those that wait, go here.</summary>
    public void ConnectTo(Uri address) => server.SetResult(address);

    /// <summary>Breaks the media connections that are open; both sides see a reset.</summary>
    public void Cut()
    {
        foreach (var connection in media.Keys)
            Reset(connection);
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        listener.Stop();
        await accepting;
        await Task.WhenAll(passing.Keys);
        listener.Dispose();
        over.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var task = PassAsync(await listener.AcceptTcpClientAsync(over.Token));
                passing[task] = true;
                _ = task.ContinueWith(done => passing.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Over.
        }
    }

    private async Task PassAsync(TcpClient near)
    {
        using var far = new TcpClient();
        using (near)
        {
            try
            {
                near.NoDelay = far.NoDelay = true;
                var target = await server.Task.WaitAsync(over.Token);
                await far.ConnectAsync(target.Host, target.Port, over.Token);
                await using var stop = over.Token.Register(() => Reset(near));
                await Task.WhenAny(PassAsync(near, far, looksAtRequest: true), PassAsync(far, near, looksAtRequest: false));
                if (media.TryRemove(near, out _))
                    Reset(far);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Nobody there: the caller sees the connection close.
            }
        }
    }

    private async Task PassAsync(TcpClient from, TcpClient to, bool looksAtRequest)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await from.GetStream().ReadAsync(buffer)) > 0)
            {
                if (looksAtRequest && buffer.AsSpan(0, count).StartsWith("GET /twilio/media"u8))
                    media[from] = true;
                looksAtRequest = false;
                await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut, or closed by the other side.
        }
    }

    private static void Reset(TcpClient connection)
    {
        try
        {
            connection.Client?.Close(0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already.
        }
    }
}
