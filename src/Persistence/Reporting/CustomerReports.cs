using Dapper;

namespace Parley.Persistence.Reporting;

/// <summary>Callers as their businesses know them: one for each number.</summary>
public sealed class CustomerReports(Database database, CallReports calls)
{
    private const int MostCalls = 50;

    private const string Columns =
        """
        c.id, c.tenant_id, t.slug as tenant_slug, c.phone, c.name, c.first_call_at, c.last_call_at, c.calls, c.bookings
        """;

    private const string From = "customers c join tenants t on t.id = c.tenant_id";

    /// <summary>Customers, the one who called last first.</summary>
    public async Task<Page<CustomerRow>> ListAsync(TenantScope scope, CustomerFilter query, CancellationToken cancellationToken)
    {
        var filter = query.ToQuery(scope, "c", "last_call_at");
        if (query.Number is { } number)
            filter.AddNumber(number, "c.phone");

        return await filter.ReadAsync<CustomerRow, CustomerRow>(
            database, $"select {Columns} from {From}", c => c, c => new Cursor(c.LastCallAt, c.Id), cancellationToken);
    }

    /// <summary>A customer with the last calls; null when there is none in scope.</summary>
    public async Task<CustomerDetails?> FindAsync(TenantScope scope, Guid customerId, CancellationToken cancellationToken)
    {
        var filter = new Filter(scope, "c.tenant_id").Add("c.id = @CustomerId", "CustomerId", customerId);
        await using var connection = await database.OpenAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<CustomerRow>(new CommandDefinition(
            $"select {Columns} from {From} {filter.Where}",
            filter.Parameters, cancellationToken: cancellationToken));
        if (row is null)
            return null;
        var history = await calls.ListAsync(
            TenantScope.Of(row.TenantId), new CallFilter { Number = row.Phone, Limit = MostCalls }, cancellationToken);
        return new CustomerDetails(row, history.Items);
    }
}

/// <summary>Narrows a list of customers; times are of the last call.</summary>
public sealed record CustomerFilter : ListFilter
{
    /// <summary>E.164, or digits of a number.</summary>
    public string? Number { get; init; }
}

/// <summary>A customer and what there was.</summary>
/// <param name="Customer">The customer.</param>
/// <param name="Calls">The last 50 calls from or to the number, newest first.</param>
public sealed record CustomerDetails(CustomerRow Customer, IReadOnlyList<CallRow> Calls);

/// <summary>A number that called a tenant.</summary>
public sealed record CustomerRow
{
    /// <summary>UUID v7.</summary>
    public Guid Id { get; init; }

    /// <summary>The tenant's id.</summary>
    public Guid TenantId { get; init; }

    /// <summary>The tenant's slug.</summary>
    public string TenantSlug { get; init; } = "";

    /// <summary>E.164.</summary>
    public string Phone { get; init; } = "";

    /// <summary>The name given last; null when never.</summary>
    public string? Name { get; init; }

    /// <summary>When the first call began.</summary>
    public DateTimeOffset FirstCallAt { get; init; }

    /// <summary>When the last one did.</summary>
    public DateTimeOffset LastCallAt { get; init; }

    /// <summary>Finished calls.</summary>
    public int Calls { get; init; }

    /// <summary>Bookings agreed in them.</summary>
    public int Bookings { get; init; }
}
