using Npgsql;

namespace Parley.Persistence.Jobs;

/// <summary>Something to be done outside a transaction, taken by one worker at a time.</summary>
internal sealed record Job
{
    public Guid Id { get; init; }

    public Guid TenantId { get; init; }

    public string Kind { get; init; } = "";

    /// <summary>JSON object.</summary>
    public string Payload { get; init; } = "{}";

    /// <summary>The attempt that this is, from 1.</summary>
    public int Attempts { get; init; }

    public int MaxAttempts { get; init; }

    public DateTimeOffset LockedUntil { get; init; }
}

/// <summary>How an attempt ended.</summary>
/// <param name="Done">Nothing is left to do.</param>
/// <param name="Retry">Trying again may help.</param>
/// <param name="Error">What went wrong; without secrets, numbers and addresses.</param>
/// <param name="RetryAfter">When the other side said so.</param>
internal readonly record struct JobOutcome(bool Done, bool Retry, string? Error, TimeSpan? RetryAfter)
{
    public static readonly JobOutcome Success = new(true, false, null, null);

    public static JobOutcome Again(string error, TimeSpan? retryAfter = null) => new(false, true, error, retryAfter);

    public static JobOutcome Failure(string error) => new(false, false, error, null);
}

/// <summary>Does the jobs of one kind.</summary>
internal interface IJobHandler
{
    /// <summary>The kind, as it stands in the column.</summary>
    string Kind { get; }

    /// <summary>Tries once, within <see cref="JobQueue.Lease"/>. What it throws counts as a reason to try again.</summary>
    Task<JobOutcome> RunAsync(Job job, CancellationToken cancellationToken);

    /// <summary>How long to wait after a failed attempt (from 1).</summary>
    TimeSpan Backoff(int attempt);

    /// <summary>What follows from a job being given up, in the transaction that says so. Default nothing: it is a dead letter.</summary>
    Task GivenUpAsync(Job job, string? error, NpgsqlConnection connection, NpgsqlTransaction transaction, DateTimeOffset now) => Task.CompletedTask;
}
