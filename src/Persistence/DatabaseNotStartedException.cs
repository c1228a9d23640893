namespace Parley.Persistence;

/// <summary>The database was not started yet, or was stopped.</summary>
public sealed class DatabaseNotStartedException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    public DatabaseNotStartedException()
        : base("The database is not started.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is the matter.</param>
    public DatabaseNotStartedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is the matter.</param>
    /// <param name="innerException">What told.</param>
    public DatabaseNotStartedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
