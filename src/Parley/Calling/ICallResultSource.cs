namespace Parley.Calling;

/// <summary>Where the server's record of a call is read from.</summary>
public interface ICallResultSource
{
    /// <summary>The call as far as it is known; null when the server does not know it (yet).</summary>
    /// <exception cref="CallFailedException">The server refuses or cannot be reached.</exception>
    Task<CallResult?> FindAsync(string callSid, CancellationToken cancellationToken);

    /// <summary>The turns of a running call, as they end; nothing when the server offers no live feed.</summary>
    IAsyncEnumerable<ResultTurn> WatchAsync(Guid callId, CancellationToken cancellationToken);
}
