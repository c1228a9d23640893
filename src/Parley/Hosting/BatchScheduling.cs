using System.Runtime.InteropServices;

namespace Parley.Hosting;

/// <summary>
/// Asks Linux to let threads that run finish a little before others of equal rank take over (<c>SCHED_BATCH</c>, sched(7)). Fifty frames a second of each
/// call wake threads all the time, each for some microseconds of work; waking without taking over gathers them, which saves a seventh of a call's
/// processor time at 400 calls and shortens the longest delays (<c>docs/performance.md</c>). It takes no right and no share from other programs.
/// </summary>
internal static partial class BatchScheduling
{
    private const int Batch = 3;

    /// <summary>For the calling thread, the threads it starts from now on, and theirs. Where the system knows no such thing, nothing changes.</summary>
    public static void Apply()
    {
        if (OperatingSystem.IsLinux())
            _ = SetScheduler(0, Batch, new Parameters());
    }

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, in Parameters parameters);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Parameters
    {
        // 0, as batch threads have no priority of their own.
        private readonly int priority;
    }
}
