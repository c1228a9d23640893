using Parley.Conversation.Agents;

namespace Parley.Conversation.Stores;

/// <summary>What is known of callers from their earlier calls to the same tenant.</summary>
public interface ICallerHistory
{
    /// <summary>A caller's past; null for one who is not known, or while the database is away.</summary>
    /// <param name="tenantId">Whose caller: nothing of another tenant's is told.</param>
    /// <param name="number">E.164.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    Task<CallerHistory?> FindAsync(Guid tenantId, string number, CancellationToken cancellationToken);
}

/// <summary>A caller's past with a tenant. The call in progress is not part of it.</summary>
public sealed record CallerHistory
{
    /// <summary>The name the caller gave last; null when never.</summary>
    public string? Name { get; init; }

    /// <summary>Finished calls.</summary>
    public required int Calls { get; init; }

    /// <summary>The first of them.</summary>
    public required DateTimeOffset FirstCallAt { get; init; }

    /// <summary>The last of them.</summary>
    public required DateTimeOffset LastCallAt { get; init; }

    /// <summary>The last five calls, newest first.</summary>
    public IReadOnlyList<EarlierCall> Recent { get; init; } = [];
}

/// <summary>An earlier call of a caller.</summary>
/// <param name="At">When it began.</param>
/// <param name="Intent">What the caller wanted.</param>
/// <param name="Summary">What came of it; null when nothing did.</param>
public sealed record EarlierCall(DateTimeOffset At, CallIntent Intent, string? Summary);
