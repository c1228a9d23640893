namespace Parley.Calling;

/// <summary>How a call ended, as the carrier sees it.</summary>
public enum CallEnd
{
    /// <summary>TwiML ended it.</summary>
    Completed,

    /// <summary>The caller hung up.</summary>
    CallerHungUp,

    /// <summary>The longest allowed time passed.</summary>
    TimedOut,

    /// <summary>A <c>Reject</c> refused it.</summary>
    Rejected,
}

/// <summary>What became of a call.</summary>
public sealed record CallOutcome
{
    /// <summary>The call's id at the carrier.</summary>
    public required string CallSid { get; init; }

    /// <summary>How it ended.</summary>
    public required CallEnd End { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Number it was transferred to; null when it was not.</summary>
    public string? TransferTo { get; init; }

    /// <summary>Breaches of the protocol by the server, in order.</summary>
    public IReadOnlyList<ProtocolViolation> Violations { get; init; } = [];
}

/// <summary>The server could not be reached or answered something the carrier cannot use.</summary>
public sealed class CallFailedException : Exception
{
    /// <summary>Without a message.</summary>
    public CallFailedException()
    {
    }

    /// <summary>With what is wrong.</summary>
    public CallFailedException(string message)
        : base(message)
    {
    }

    /// <summary>With what is wrong and its cause.</summary>
    public CallFailedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
