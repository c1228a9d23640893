namespace Parley.Conversation.Faults;

/// <summary>A failure that was asked for.</summary>
public sealed class FaultException : Exception
{
    /// <summary>The usual one.</summary>
    public FaultException()
        : this("The stream was cut by fault injection.")
    {
    }

    /// <summary>With what it stands for.</summary>
    public FaultException(string message)
        : base(message)
    {
    }

    /// <summary>With what it stands for and its cause.</summary>
    public FaultException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
