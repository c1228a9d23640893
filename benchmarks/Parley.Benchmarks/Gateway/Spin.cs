namespace Parley.Benchmarks.Gateway;

/// <summary>Waits for another thread without sleeping and without allocating.</summary>
internal static class Spin
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <exception cref="TimeoutException">It did not happen within ten seconds.</exception>
    public static void Until<T>(T subject, Func<T, bool> condition)
    {
        var start = TimeProvider.System.GetTimestamp();
        var spin = new SpinWait();
        while (!condition(subject))
        {
            if (spin.NextSpinWillYield && TimeProvider.System.GetElapsedTime(start) > Deadline)
                throw new TimeoutException("The call does not go on.");
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }
}
