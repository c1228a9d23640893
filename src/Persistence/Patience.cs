namespace Parley.Persistence;

/// <summary>Asks the database on behalf of a caller who is on the line: not for long.</summary>
internal static class Patience
{
    /// <summary>A look-up takes a millisecond; one that takes this long means that the database is away, for this caller.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>The answer, or that there was none in time or that the database is away; other errors are thrown.</summary>
    public static async Task<(bool Answered, T? Value)> TryAsync<T>(
        Func<CancellationToken, Task<T>> query, TimeProvider time, CancellationToken cancellationToken)
    {
        // Not disposed: work that outlasts the limit still looks at the token.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return (true, await query(stop.Token).WaitAsync(Limit, time, cancellationToken));
        }
        catch (TimeoutException)
        {
            // Not awaited: the driver asks the server to stop, which takes as long as the server does.
            _ = stop.CancelAsync();
            return default;
        }
        catch (Exception e) when (DatabaseErrors.IsAway(e))
        {
            return default;
        }
    }
}
