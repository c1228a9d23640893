namespace Parley.Loading;

/// <summary>What a load test does.</summary>
public sealed record LoadOptions
{
    /// <summary>
    /// The server: <c>http://</c> for one whose voice webhook is asked first, <c>ws://</c> with a path for a bare media stream.
    /// </summary>
    public required Uri Server { get; init; }

    /// <summary>Base address under which the server knows itself, if it differs; requests are signed over it.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Auth token to sign with; null: unsigned.</summary>
    public string? AuthToken { get; init; }

    /// <summary>Custom parameters of the start message, for a bare media stream.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Calls at once, step after step.</summary>
    public required IReadOnlyList<int> Calls { get; init; }

    /// <summary>How long a step is measured.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a step runs before it is measured, when all its calls are there.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>New calls a second.</summary>
    public double Ramp { get; init; } = 40;

    /// <summary>The server's process, to measure it; null: the one that listens on the server's port, if it is on this machine.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Silence after which the server ends a turn (ms), to know what it adds; null: what the server itself says, if it does.</summary>
    public int? EndOfTurnMs { get; init; }

}
