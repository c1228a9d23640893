using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Parley.Admin.Api.Auth;
using Parley.Admin.Api.Calls;
using Parley.Admin.Api.Http;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Customers;

/// <summary>Query of <c>GET /api/customers</c>, as text.</summary>
internal sealed record CustomerListQuery(string? Tenant, string? Number, string? From, string? To, string? Cursor, string? Limit)
{
    public CustomerFilter Read(QueryReader reader)
    {
        var (from, to) = reader.Span(From, To);
        return new CustomerFilter
        {
            Tenant = reader.Tenant(Tenant),
            Number = reader.Number(Number),
            From = from,
            To = to,
            After = reader.After(Cursor),
            Limit = reader.Limit(Limit),
        };
    }
}

/// <summary>Callers as a business knows them.</summary>
internal static class CustomerEndpoints
{
    public static void MapCustomers(this IEndpointRouteBuilder api)
    {
        var customers = api.MapGroup("/customers").WithTags("Customers");
        customers.MapGet("/", ListAsync).WithName("ListCustomers").WithSummary("Customers, the one who called last first");
        customers.MapGet("/{id:guid}", GetAsync).WithName("GetCustomer").WithSummary("A customer with the last calls");
    }

    private static Task<Results<Ok<ItemPage<CustomerView>>, ValidationProblem>> ListAsync(
        [AsParameters] CustomerListQuery query, ClaimsPrincipal user, CustomerReports customers, CancellationToken cancellationToken) =>
        ItemPage.AnswerAsync(query.Read, filter => customers.ListAsync(user.Scope(), filter, cancellationToken), static c => new CustomerView(c));

    private static async Task<Results<Ok<CustomerWithCallsView>, NotFound>> GetAsync(
        Guid id, ClaimsPrincipal user, CustomerReports customers, CancellationToken cancellationToken) =>
        await customers.FindAsync(user.Scope(), id, cancellationToken) is { } found
            ? TypedResults.Ok(new CustomerWithCallsView(found))
            : TypedResults.NotFound();
}

/// <summary>A number that called a business.</summary>
public record CustomerView
{
    /// <summary>Copies a customer.</summary>
    public CustomerView(CustomerRow customer)
    {
        Id = customer.Id;
        Tenant = customer.TenantSlug;
        TenantId = customer.TenantId;
        Phone = customer.Phone;
        Name = customer.Name;
        FirstCallAt = customer.FirstCallAt;
        LastCallAt = customer.LastCallAt;
        CallCount = customer.Calls;
        Bookings = customer.Bookings;
    }

    /// <summary>Parley's id.</summary>
    public Guid Id { get; }

    /// <summary>The tenant's slug.</summary>
    public string Tenant { get; }

    /// <summary>The tenant's id.</summary>
    public Guid TenantId { get; }

    /// <summary>E.164.</summary>
    public string Phone { get; }

    /// <summary>The name given last; null when never.</summary>
    public string? Name { get; }

    /// <summary>When the first call began.</summary>
    public DateTimeOffset FirstCallAt { get; }

    /// <summary>When the last one did.</summary>
    public DateTimeOffset LastCallAt { get; }

    /// <summary>Finished calls.</summary>
    public int CallCount { get; }

    /// <summary>Bookings agreed in them.</summary>
    public int Bookings { get; }
}

/// <summary>A customer with the last calls.</summary>
public sealed record CustomerWithCallsView : CustomerView
{
    /// <summary>Copies a customer and the calls.</summary>
    public CustomerWithCallsView(CustomerDetails details)
        : base(details.Customer) => Calls = [.. details.Calls.Select(c => new CallItem(c))];

    /// <summary>The last 50, newest first.</summary>
    public IReadOnlyList<CallItem> Calls { get; }
}
