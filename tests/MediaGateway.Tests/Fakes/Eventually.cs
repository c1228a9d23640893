namespace Parley.MediaGateway.Tests.Fakes;

/// <summary>Waits for what other threads bring about.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(2);

    /// <summary>Waits until <paramref name="condition"/> holds, doing <paramref name="meanwhile"/> again and again.</summary>
    public static async Task Holds(Func<bool> condition, string what, Func<Task>? meanwhile = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Deadline)
                throw new TimeoutException($"It never came true that {what}.");
            if (meanwhile is not null)
                await meanwhile();
            await Task.Delay(Step, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
