namespace Parley.Persistence.Migrations;

/// <summary>The database's schema and this program do not fit together.</summary>
public sealed class MigrationException : Exception
{
    /// <summary>Creates the exception.</summary>
    public MigrationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public MigrationException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
