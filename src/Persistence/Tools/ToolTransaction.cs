using Dapper;
using Npgsql;
using Parley.Conversation.Tools;

namespace Parley.Persistence.Tools;

/// <summary>Runs an effect on rows of ours and completes the ledger's entry in one transaction, once.</summary>
internal static class ToolTransaction
{
    /// <summary>Completes an entry that is not complete.</summary>
    public const string Complete =
        "update tool_runs set status = 'done', result = @Result, done_at = @Now where key = @Key and tenant_id = @TenantId and status = 'begun'";

    /// <summary>
    /// Runs the effect, or gives the result of the run that was there before. A failure is not kept. Runs with the same key wait for each other.
    /// </summary>
    /// <exception cref="InvalidOperationException">The entry was not begun.</exception>
    public static async Task<ToolResult> RunAsync<T>(
        Database database, Guid tenantId, ToolReceipt<T> receipt, DateTimeOffset now, Func<NpgsqlConnection, NpgsqlTransaction, Task<T>> effect,
        CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var entries = (await connection.QueryAsync<string?>(new CommandDefinition(
            "select result from tool_runs where key = @Key and tenant_id = @tenantId for update",
            new { receipt.Key, tenantId }, transaction, cancellationToken: cancellationToken))).AsList();
        if (entries.Count == 0)
            throw new InvalidOperationException("The run was not begun in the ledger.");
        if (entries[0] is { } before)
            return ToolResult.FromJson(before);

        var result = receipt.Tell(await effect(connection, transaction));
        // What failed changed nothing that counts, and may be tried again.
        if (!result.Failed)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                Complete, new { receipt.Key, TenantId = tenantId, Result = result.ToJson(), Now = now }, transaction, cancellationToken: cancellationToken));
        }

        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
