namespace Parley.Calling;

/// <summary>
/// Ticks every 20 ms on a thread of its own, each tick due at start + n * 20 ms: a late tick does not move the later ones, and missed
/// ticks are made up for at once. (A periodic timer's error is ten times as large.)
/// </summary>
internal static class FrameClock
{
    /// <summary>Length of a tick.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    /// <summary>Ticks until <paramref name="tick"/> returns false or <paramref name="stop"/> is set; a tick's exception ends the task.</summary>
    public static Task RunAsync(TimeProvider time, WaitHandle stop, Func<bool> tick)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Run(time, stop, tick);
                done.SetResult();
            }
            catch (Exception e) // handed to whoever awaits the clock
            {
                done.SetException(e);
            }
        })
        {
            IsBackground = true,
            Name = "caller clock",
            Priority = ThreadPriority.AboveNormal,
        };
        thread.Start();
        return done.Task;
    }

    private static void Run(TimeProvider time, WaitHandle stop, Func<bool> tick)
    {
        var start = time.GetTimestamp();
        for (var due = Period; ; due += Period)
        {
            var rest = due - time.GetElapsedTime(start);
            if (stop.WaitOne(rest > TimeSpan.Zero ? (int)Math.Ceiling(rest.TotalMilliseconds) : 0) || !tick())
                return;
        }
    }
}
