namespace Parley.Persistence.Embedded;

/// <summary>The embedded PostgreSQL server cannot be run here; the message says what to do.</summary>
public sealed class EmbeddedPostgresException : Exception
{
    /// <summary>Creates the exception.</summary>
    public EmbeddedPostgresException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public EmbeddedPostgresException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
