using Parley.Admin.Api.Http;
using Parley.Conversation.Agents;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Calls;

/// <summary>Query of <c>GET /api/calls</c>, as text: what is wrong with it is answered by name.</summary>
internal sealed record CallListQuery(
    string? Tenant, string? Intent, string? From, string? To, string? Number, string? Cursor, string? Limit)
{
    public CallFilter Read(QueryReader reader)
    {
        var (from, to) = reader.Span(From, To);
        return new CallFilter
        {
            Tenant = reader.Tenant(Tenant),
            Intent = reader.Choice<CallIntent>("intent", Intent),
            From = from,
            To = to,
            Number = reader.Number(Number),
            After = reader.After(Cursor),
            Limit = reader.Limit(Limit),
        };
    }
}
