using System.Text.Json.Nodes;
using Parley.Conversation.Stores;
using Parley.Conversation.Tools;

namespace Parley.Tests.Common.Tools;

/// <summary>A ledger in memory, which may outlive the process that a test plays.</summary>
public sealed class MemoryLedger : IToolLedger
{
    private readonly Dictionary<string, (ToolRun Run, string? Result)> entries = new(StringComparer.Ordinal);

    /// <summary>When set, nothing can be begun, nor read.</summary>
    public Exception? FailWith { get; set; }

    /// <summary>When set, nothing is completed, as if the process had died.</summary>
    public bool LosesResults { get; set; }

    /// <summary>Everything that was begun, in order.</summary>
    public List<ToolRun> Begun { get; } = [];

    public Task<LedgerEntry> BeginAsync(ToolRun run, CancellationToken cancellationToken)
    {
        if (FailWith is not null)
            throw FailWith;
        lock (entries)
        {
            if (entries.TryGetValue(run.Key, out var before))
            {
                return Task.FromResult(before.Result is { } json
                    ? new LedgerEntry(LedgerState.Done, ToolResult.FromJson(json))
                    : new LedgerEntry(LedgerState.InDoubt));
            }

            entries.Add(run.Key, (run, null));
            Begun.Add(run);
            return Task.FromResult(new LedgerEntry(LedgerState.Fresh));
        }
    }

    public Task CompleteAsync(Guid tenantId, string key, ToolResult result, CancellationToken cancellationToken)
    {
        lock (entries)
        {
            if (!LosesResults && entries.TryGetValue(key, out var entry) && entry.Result is null && entry.Run.TenantId == tenantId)
                entries[key] = (entry.Run, result.ToJson());
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ToolOutcome>> OfCallAsync(Guid tenantId, Guid callId, int fromTurn, CancellationToken cancellationToken)
    {
        if (FailWith is not null)
            throw FailWith;
        lock (entries)
        {
            return Task.FromResult<IReadOnlyList<ToolOutcome>>(
            [
                .. entries.Values.Where(e => e.Run.TenantId == tenantId && e.Run.CallId == callId && e.Run.Turn >= fromTurn).Select(e => new ToolOutcome(
                    e.Run.Turn, e.Run.Tool, JsonNode.Parse(e.Run.ArgumentsJson)!.AsObject(),
                    e.Result is null ? ToolResult.InDoubt : ToolResult.FromJson(e.Result))),
            ]);
        }
    }
}
