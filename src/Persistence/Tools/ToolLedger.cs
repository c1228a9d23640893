using System.Text.Json.Nodes;
using Dapper;
using Parley.Conversation.Stores;
using Parley.Conversation.Tools;

namespace Parley.Persistence.Tools;

/// <summary>The ledger of tools in the table <c>tool_runs</c>.</summary>
public sealed class ToolLedger(Database database, TimeProvider time) : IToolLedger
{
    /// <inheritdoc />
    public async Task<LedgerEntry> BeginAsync(ToolRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        await using var connection = await database.OpenAsync(cancellationToken);
        var begun = await connection.ExecuteAsync(new CommandDefinition(
            """
            insert into tool_runs (key, tenant_id, call_id, turn, tool, arguments, status, begun_at)
            values (@Key, @TenantId, @CallId, @Turn, @Tool, @ArgumentsJson, 'begun', @At)
            on conflict (key) do nothing
            """,
            run, cancellationToken: cancellationToken));
        if (begun == 1)
            return new LedgerEntry(LedgerState.Fresh);

        var result = await connection.QuerySingleAsync<string?>(new CommandDefinition(
            "select result from tool_runs where key = @Key and tenant_id = @TenantId",
            new { run.Key, run.TenantId }, cancellationToken: cancellationToken));
        return result is null ? new LedgerEntry(LedgerState.InDoubt) : new LedgerEntry(LedgerState.Done, ToolResult.FromJson(result));
    }

    /// <inheritdoc />
    public async Task CompleteAsync(Guid tenantId, string key, ToolResult result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(result);
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            ToolTransaction.Complete, new { Key = key, TenantId = tenantId, Result = result.ToJson(), Now = time.GetUtcNow() },
            cancellationToken: cancellationToken));
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<ToolOutcome>> OfCallAsync(Guid tenantId, Guid callId, int fromTurn, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<(int Turn, string Tool, string Arguments, string? Result)>(new CommandDefinition(
            """
            select turn, tool, arguments, result from tool_runs
            where tenant_id = @tenantId and call_id = @callId and turn >= @fromTurn
            order by begun_at, key
            """,
            new { tenantId, callId, fromTurn }, cancellationToken: cancellationToken));
        return
        [
            .. rows.Select(row => new ToolOutcome(
                row.Turn, row.Tool, JsonNode.Parse(row.Arguments)!.AsObject(),
                row.Result is null ? ToolResult.InDoubt : ToolResult.FromJson(row.Result))),
        ];
    }
}
