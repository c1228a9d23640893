using Parley.Conversation.Tools;

namespace Parley.Conversation.Stores;

/// <summary>
/// What tools were begun and what came of them, so that an effect happens once. An entry is begun before the effect and completed after it, or in
/// one transaction with it.
/// </summary>
public interface IToolLedger
{
    /// <summary>Begins an entry, or tells what is known of the one that is there.</summary>
    Task<LedgerEntry> BeginAsync(ToolRun run, CancellationToken cancellationToken);

    /// <summary>Completes an entry; one that is complete stays as it is.</summary>
    Task CompleteAsync(Guid tenantId, string key, ToolResult result, CancellationToken cancellationToken);

    /// <summary>The entries of a call from a turn on, oldest first; those that were begun and not completed are failures, in doubt.</summary>
    Task<IReadOnlyList<ToolOutcome>> OfCallAsync(Guid tenantId, Guid callId, int fromTurn, CancellationToken cancellationToken);
}

/// <summary>A run of a tool that changes something.</summary>
/// <param name="Key">Unique for call, turn, tool and arguments.</param>
/// <param name="TenantId">Whose call it is.</param>
/// <param name="CallId">The call.</param>
/// <param name="Turn">Ordinal of the turn.</param>
/// <param name="Tool">The tool's name.</param>
/// <param name="ArgumentsJson">Canonical JSON.</param>
/// <param name="At">When.</param>
public sealed record ToolRun(string Key, Guid TenantId, Guid CallId, int Turn, string Tool, string ArgumentsJson, DateTimeOffset At);

/// <summary>What the ledger knows of a run.</summary>
/// <param name="State">How far it is.</param>
/// <param name="Result">What came of it, when it is done.</param>
public sealed record LedgerEntry(LedgerState State, ToolResult? Result = null);

/// <summary>How far a run is.</summary>
public enum LedgerState
{
    /// <summary>It was not begun before.</summary>
    Fresh,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>It was begun and not completed: the process may have died in between.</summary>
    InDoubt,
}
