using System.Runtime.CompilerServices;

namespace Parley.EndToEnd.Tests;

/// <summary>Waits for a condition, and no longer than a deadline that only a broken server needs.</summary>
internal static class Until
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is not null.</summary>
    public static async Task<T> FoundAsync<T>(Func<Task<T?>> ask, [CallerArgumentExpression(nameof(ask))] string? what = null)
        where T : class
    {
        using var timeout = new CancellationTokenSource(Deadline, TimeProvider.System);
        while (true)
        {
            if (await ask() is { } found)
                return found;
            if (timeout.IsCancellationRequested)
                throw new TimeoutException($"Not so within {Deadline.TotalSeconds:0} s: {what}");
            await Task.Delay(Every, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Asks until it is so; otherwise tells how it was instead.</summary>
    public static async Task TrueAsync(Func<Task<bool>> ask, Func<string> otherwise)
    {
        try
        {
            await TrueAsync(ask);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(otherwise());
        }
    }

    /// <summary>Asks until it is so.</summary>
    public static Task TrueAsync(Func<Task<bool>> ask, [CallerArgumentExpression(nameof(ask))] string? what = null) =>
        FoundAsync(async () => await ask() ? string.Empty : null, what);
}
