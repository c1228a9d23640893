using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Parley.Admin.Api.Http;
using Parley.Conversation.Agents;
using Parley.Conversation.Escalations;
using Parley.Conversation.Tools.Bookings;
using Parley.Persistence.Reporting;

namespace Parley.Admin.Api.OpenApi;

/// <summary>The API's description of itself.</summary>
internal static class AdminOpenApi
{
    private const string Scheme = "bearer";

    public static IServiceCollection AddAdminOpenApi(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.ShouldInclude = description =>
            description.RelativePath is { } path && ("/" + path).StartsWith(AdminApi.Prefix + "/", StringComparison.Ordinal);
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Parley",
                Version = "1",
                Description = "Calls, transcripts, leads and text messages of the businesses Parley answers for.",
            };
            // Where it is served depends on the proxy in front; relative paths are right everywhere.
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                [Scheme] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    Description = "An API key. An operator's key sees every tenant, a tenant's key its own rows only.",
                },
            };
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer(static (schema, context, _) =>
        {
            // The exporter takes what has no setter for nullable, whatever its type says.
            if (context.JsonPropertyInfo is { IsGetNullable: false, Set: null } && schema.Type is { } type)
                schema.Type = type & ~JsonSchemaType.Null;
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Any())
            {
                operation.Security =
                    [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
            }

            foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>().Where(p => p.In == ParameterLocation.Query))
                Describe(parameter, context.Description.RelativePath?.TrimEnd('/'));
            return Task.CompletedTask;
        });
    });

    /// <summary>Query values are read as text, to answer mistakes by name; here they are told as what they have to be.</summary>
    private static void Describe(OpenApiParameter parameter, string? path)
    {
        // Names are bound without regard to case; they are told as they are written everywhere else.
        parameter.Name = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(parameter.Name ?? "");
        (parameter.Schema, parameter.Description) = parameter.Name switch
        {
            "limit" => (new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = "1",
                Maximum = ListFilter.MaxLimit.ToString(CultureInfo.InvariantCulture),
                Default = JsonValue.Create(QueryReader.DefaultLimit),
            }, "Most rows to return."),
            "cursor" => (Text(), "The nextCursor of the part before."),
            "from" => (Text("date-time"), "Earliest time, inclusive; with offset, or a date, which begins in UTC."),
            "to" => (Text("date-time"), "Latest time, exclusive; with offset, or a date, which begins in UTC."),
            "handled" => (new OpenApiSchema { Type = JsonSchemaType.Boolean }, "Whether a person has dealt with it."),
            "tenant" => (Text(), "A tenant's slug or id."),
            "number" => (Text(), "The caller's or the called number: E.164, or 3 to 15 digits of it."),
            "intent" => (OneOf<CallIntent>(), "What the caller wanted."),
            "reason" => (OneOf<EscalationReason>(), "Why a person is needed."),
            "type" => (OneOf<MessageType>(), "What it is for."),
            "status" => (path switch
            {
                "api/bookings" => OneOf<BookingStatus>(),
                "api/leads" => OneOf<LeadStatus>(),
                _ => OneOf<MessageStatus>(),
            }, "How far it is."),
            _ => (parameter.Schema, parameter.Description),
        };
    }

    private static OpenApiSchema OneOf<T>()
        where T : struct, Enum => new() { Type = JsonSchemaType.String, Enum = [.. Enum.GetValues<T>().Select(static value => JsonValue.Create(QueryReader.NameOf(value)))] };

    private static OpenApiSchema Text(string? format = null) => new() { Type = JsonSchemaType.String, Format = format };
}
