namespace Parley.Evaluation;

/// <summary>
/// Runs a call's loop, and everything that follows from it, on one thread at a time and in order: what comes from outside of the simulated time (a
/// database, a model) is taken when it is there.
/// </summary>
internal sealed class CallThread : SynchronizationContext, IDisposable
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> queue = new();
    private readonly Lock gate = new();
    private readonly SemaphoreSlim posted = new(0);

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (gate)
            queue.Enqueue((d, state));
        posted.Release();
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => d(state);

    /// <summary>Runs <paramref name="action"/> and everything that follows from it at once.</summary>
    public void Run(Action action)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
            while (TryTake(out var next))
                next.Callback(next.State);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Waits until something comes, and runs it; false when nothing came in time.</summary>
    public async Task<bool> RunNextAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (!await posted.WaitAsync(atMost, cancellationToken))
            return false;
        Run(static () => { });
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => posted.Dispose();

    private bool TryTake(out (SendOrPostCallback Callback, object? State) next)
    {
        lock (gate)
            return queue.TryDequeue(out next);
    }
}
