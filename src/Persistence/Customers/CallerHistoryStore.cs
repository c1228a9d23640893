using Dapper;
using Parley.Conversation.Agents;
using Parley.Conversation.Stores;
using Parley.Persistence.Json;

namespace Parley.Persistence.Customers;

/// <summary>Callers' pasts from the database; nothing while it is away.</summary>
public sealed class CallerHistoryStore(Database database, TimeProvider time) : ICallerHistory
{
    /// <inheritdoc/>
    public async Task<CallerHistory?> FindAsync(Guid tenantId, string number, CancellationToken cancellationToken)
    {
        var (_, history) = await Patience.TryAsync(stop => LoadAsync(tenantId, number, stop), time, cancellationToken);
        return history;
    }

    private async Task<CallerHistory?> LoadAsync(Guid tenantId, string number, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(
            """
            select name, calls, first_call_at, last_call_at from customers where tenant_id = @tenantId and phone = @number;
            select c.started_at as at, c.intent, coalesce(a.summary, l.summary) as summary
            from calls c left join leads l on l.call_id = c.id left join call_analyses a on a.call_id = c.id
            where c.tenant_id = @tenantId and c.caller_number = @number and c.ended_at is not null
            order by c.started_at desc limit 5;
            """,
            new { tenantId, number }, cancellationToken: cancellationToken));
        if (await results.ReadSingleOrDefaultAsync<CustomerRow>() is not { } customer)
            return null;
        var calls = await results.ReadAsync<CallRow>();
        return new CallerHistory
        {
            Name = customer.Name,
            Calls = customer.Calls,
            FirstCallAt = customer.FirstCallAt,
            LastCallAt = customer.LastCallAt,
            Recent = [.. calls.Select(c => new EarlierCall(c.At, EnumText<CallIntent>.Parse(c.Intent), c.Summary))],
        };
    }

    private sealed record CustomerRow
    {
        public string? Name { get; init; }

        public int Calls { get; init; }

        public DateTimeOffset FirstCallAt { get; init; }

        public DateTimeOffset LastCallAt { get; init; }
    }

    private sealed record CallRow
    {
        public DateTimeOffset At { get; init; }

        public string Intent { get; init; } = "";

        public string? Summary { get; init; }
    }
}
