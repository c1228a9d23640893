namespace Parley.Loading;

/// <summary>One thread that makes every call send its frame at its moment of the grid.</summary>
internal sealed class LoadPacer : IDisposable
{
    private readonly TimeProvider time;
    private readonly ManualResetEvent stop = new(false);
    private readonly Lock changing = new();
    private readonly LoadCall[][] slots = [.. Enumerable.Range(0, FrameGrid.Slots).Select(_ => Array.Empty<LoadCall>())];
    private readonly Thread thread;

    public LoadPacer(TimeProvider time)
    {
        this.time = time;
        thread = new Thread(Run) { IsBackground = true, Name = "load clock", Priority = ThreadPriority.AboveNormal };
        thread.Start();
    }

    /// <summary>Gives a call its place: the slot with the fewest calls.</summary>
    public void Add(LoadCall call)
    {
        lock (changing)
        {
            var slot = slots.Index().MinBy(s => s.Item.Length).Index;
            Volatile.Write(ref slots[slot], [.. slots[slot], call]);
        }
    }

    /// <summary>The call sends nothing more.</summary>
    public void Remove(LoadCall call)
    {
        lock (changing)
        {
            for (var i = 0; i < slots.Length; i++)
            {
                if (slots[i].Contains(call))
                    Volatile.Write(ref slots[i], [.. slots[i].Where(c => c != call)]);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Set();
        thread.Join();
        stop.Dispose();
    }

    private void Run()
    {
        var grid = new FrameGrid(time.GetTimestamp(), time.TimestampFrequency);
        while (true)
        {
            while (grid.TryTake(time.GetTimestamp(), out var tick))
            {
                foreach (var call in Volatile.Read(ref slots[tick.Slot]))
                    call.Tick(tick.Due);
            }

            if (stop.WaitOne((int)Math.Ceiling(grid.Rest(time.GetTimestamp()).TotalMilliseconds)))
                return;
        }
    }
}
