namespace Parley.Providers.Server;

/// <summary>Lets a test wait for a state of a server, without looking again and again.</summary>
public sealed class Changes
{
    // Nothing takes that long but a fault.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private TaskCompletionSource changed = New();

    /// <summary>Something changed.</summary>
    public void Tell()
    {
        TaskCompletionSource before;
        lock (gate)
        {
            before = changed;
            changed = New();
        }

        before.SetResult();
    }

    /// <summary>Waits until a condition holds after a change, or holds already.</summary>
    public async Task UntilAsync(Func<bool> holds)
    {
        while (true)
        {
            Task next;
            lock (gate)
                next = changed.Task;
            if (holds())
                return;
            await next.WaitAsync(Patience);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
