namespace Parley.Conversation.Native;

/// <summary>
/// A few threads of their own for native work that takes tens of milliseconds and more: on the thread pool it would delay the calls'
/// event loops. Work runs in the order it came. Threads start with the first work and end when this is disposed.
/// </summary>
internal sealed class DedicatedWorkers : IDisposable
{
    private readonly Queue<Action> queue = new();
    private readonly Lock started = new();
    private readonly string name;
    private readonly Thread[] threads;
    private int busy;
    private bool running;
    private bool stopping;

    public DedicatedWorkers(string name, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        this.name = name;
        threads = new Thread[count];
    }

    /// <summary>Queues <paramref name="work"/>, which must not throw. False once disposed: it will not run.</summary>
    public bool TryEnqueue(Action work) => TryEnqueue(work, onlyIfSpare: false);

    /// <summary>
    /// Queues work that can be left out: only when a thread would take it at once and, where there are several threads, one more
    /// stays free for work that cannot wait.
    /// </summary>
    public bool TryEnqueueIfSpare(Action work) => TryEnqueue(work, onlyIfSpare: true);

    /// <summary>Takes no more work, and returns when what was queued has run, so that nobody waits for an answer in vain.</summary>
    public void Dispose()
    {
        lock (queue)
        {
            stopping = true;
            Monitor.PulseAll(queue);
        }

        lock (started)
        {
            foreach (var thread in threads)
                thread?.Join();
        }
    }

    private bool TryEnqueue(Action work, bool onlyIfSpare)
    {
        Start();
        lock (queue)
        {
            if (stopping || (onlyIfSpare && busy + queue.Count >= Math.Max(1, threads.Length - 1)))
                return false;

            queue.Enqueue(work);
            Monitor.Pulse(queue);
            return true;
        }
    }

    private void Start()
    {
        if (Volatile.Read(ref running))
            return;

        lock (started)
        {
            if (running)
                return;

            for (var i = 0; i < threads.Length; i++)
            {
                threads[i] = new Thread(Work) { IsBackground = true, Name = $"{name} {i + 1}" };
                threads[i].Start();
            }

            Volatile.Write(ref running, true);
        }
    }

    private void Work()
    {
        while (true)
        {
            Action work;
            lock (queue)
            {
                while (queue.Count == 0 && !stopping)
                    Monitor.Wait(queue);
                if (queue.Count == 0)
                    return;

                work = queue.Dequeue();
                busy++;
            }

            try
            {
                work();
            }
            finally
            {
                lock (queue)
                    busy--;
            }
        }
    }
}
