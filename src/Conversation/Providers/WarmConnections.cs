namespace Parley.Conversation.Providers;

/// <summary>
/// Connections that were opened before they were needed, by what they were opened for. There are never more than a bound, opening ones
/// included, and one that nobody takes in time is closed.
/// </summary>
/// <param name="most">The bound; 0 keeps none.</param>
/// <param name="idle">How long a connection waits to be taken.</param>
/// <param name="clock">The clock.</param>
internal sealed class WarmConnections<T>(int most, TimeSpan idle, TimeProvider clock) : IAsyncDisposable
    where T : class, IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly List<Entry> waiting = [];
    private int opening;
    private bool disposed;

    /// <summary>Connections that wait to be taken.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return waiting.Count;
        }
    }

    /// <summary>Takes the connection that was opened last for <paramref name="key"/>; it is the taker's from now on.</summary>
    public T? TryTake(string key)
    {
        Entry? taken;
        lock (gate)
        {
            taken = waiting.FindLast(e => e.Key == key);
            if (taken is null)
                return null;
            waiting.Remove(taken);
        }

        taken.Expiry?.Dispose();
        return taken.Connection;
    }

    /// <summary>Opens one more connection, unless there are enough. A failure is its own business: the first use of the provider tells.</summary>
    public async Task OpenAsync(string key, Func<CancellationToken, Task<T>> open, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (disposed || waiting.Count + opening >= most)
                return;
            opening++;
        }

        T? connection = null;
        try
        {
            connection = await open(cancellationToken);
        }
        catch (Exception e) when (e is ProviderException or OperationCanceledException)
        {
            // A provider that is away when the telephone rings may be back when the caller speaks.
        }
        finally
        {
            lock (gate)
                opening--;
        }

        if (connection is not null && !Keep(key, connection))
            await connection.DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Entry[] all;
        lock (gate)
        {
            disposed = true;
            all = [.. waiting];
            waiting.Clear();
        }

        foreach (var entry in all)
        {
            entry.Expiry?.Dispose();
            await entry.Connection.DisposeAsync();
        }
    }

    private bool Keep(string key, T connection)
    {
        var entry = new Entry(key, connection);
        lock (gate)
        {
            if (disposed)
                return false;
            waiting.Add(entry);
            entry.Expiry = clock.CreateTimer(_ => Expire(entry), null, idle, Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    private void Expire(Entry entry)
    {
        lock (gate)
        {
            if (!waiting.Remove(entry))
                return;
        }

        entry.Expiry?.Dispose();
        _ = entry.Connection.DisposeAsync().AsTask();
    }

    private sealed class Entry(string key, T connection)
    {
        public string Key => key;

        public T Connection => connection;

        public ITimer? Expiry { get; set; }
    }
}
