namespace Parley.Calling;

/// <summary>A call script, or a recording it names, cannot be used; the message says where and why.</summary>
public sealed class CallScriptException : Exception
{
    /// <summary>Without a message.</summary>
    public CallScriptException()
    {
    }

    /// <summary>With what is wrong.</summary>
    public CallScriptException(string message)
        : base(message)
    {
    }

    /// <summary>With what is wrong and its cause.</summary>
    public CallScriptException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
