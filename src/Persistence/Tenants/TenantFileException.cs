namespace Parley.Persistence.Tenants;

/// <summary>A mistake in a tenant file.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Message">What is wrong, and what is allowed.</param>
public sealed record TenantFileError(long Line, string Message);

/// <summary>A tenant file has mistakes; all that were found are listed.</summary>
public sealed class TenantFileException : Exception
{
    /// <summary>Creates the exception.</summary>
    public TenantFileException(string fileName, IReadOnlyList<TenantFileError> errors)
        : base(string.Join('\n', errors.Select(e => $"{fileName}:{e.Line}: {e.Message}"))) => Errors = errors;

    /// <summary>The mistakes, by line.</summary>
    public IReadOnlyList<TenantFileError> Errors { get; }
}
