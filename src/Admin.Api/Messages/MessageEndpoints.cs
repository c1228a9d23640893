using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Parley.Admin.Api.Auth;
using Parley.Admin.Api.Http;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.Messages;

/// <summary>Query of <c>GET /api/messages</c>, as text.</summary>
internal sealed record MessageListQuery(
    string? Tenant, string? Status, string? Type, string? From, string? To, string? Cursor, string? Limit)
{
    public MessageFilter Read(QueryReader reader)
    {
        var (from, to) = reader.Span(From, To);
        return new MessageFilter
        {
            Tenant = reader.Tenant(Tenant),
            Status = reader.Choice<MessageStatus>("status", Status),
            Type = reader.Choice<MessageType>("type", Type),
            From = from,
            To = to,
            After = reader.After(Cursor),
            Limit = reader.Limit(Limit),
        };
    }
}

/// <summary>Text messages to callers.</summary>
internal static class MessageEndpoints
{
    public static void MapMessages(this IEndpointRouteBuilder api)
    {
        var messages = api.MapGroup("/messages").WithTags("Messages");
        messages.MapGet("/", ListAsync).WithName("ListMessages").WithSummary("Text messages, newest first");
    }

    private static Task<Results<Ok<ItemPage<MessageView>>, ValidationProblem>> ListAsync(
        [AsParameters] MessageListQuery query, ClaimsPrincipal user, MessageReports messages, CancellationToken cancellationToken) =>
        ItemPage.AnswerAsync(query.Read, filter => messages.ListAsync(user.Scope(), filter, cancellationToken), static m => new MessageView(m));
}
