using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Parley.Admin.Api.Auth;
using Parley.Admin.Api.Features;
using Parley.Admin.Api.Http;
using Parley.Admin.Api.Tenants;
using Parley.Conversation.Rag;
using Parley.Conversation.Rag.Catalogue;
using Parley.Conversation.Rag.Ingestion;
using Parley.Persistence.Knowledge;
using Parley.Persistence.Reporting;
using Names = Parley.Conversation.Flags.Features;

namespace Parley.Admin.Api.Knowledge;

/// <summary>What owners tell about their businesses: documents and a catalogue, and what a caller's question finds in them.</summary>
internal static class KnowledgeEndpoints
{
    private const int MaxQuestionLength = 1000;
    private const int MaxLimit = 20;

    // UTF-8 in the body as it is, and a little for its wrapping.
    private const int MaxBody = KnowledgeLimits.MaxDocumentBytes + 1024;

    // What the agent looks things up with; without it nobody tries it either.
    private const string CatalogueTool = "look_up_catalogue";

    public static void MapKnowledge(this IEndpointRouteBuilder api)
    {
        var knowledge = api.MapGroup("/tenants/{tenant}/knowledge").WithTags("Knowledge").RequireFeature(Names.Knowledge);
        knowledge.MapGet("/", ListAsync).WithName("ListKnowledge").WithSummary("A tenant's documents by name");
        knowledge.MapGet("/search", SearchAsync).WithName("SearchKnowledge").WithSummary("Try what a caller's question finds");
        knowledge.MapPut("/{name}", PutAsync).WithName("PutKnowledge")
            .WithSummary("Give a document, or replace it, whole: text/plain, text/markdown, text/csv or text/html")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBody));
        knowledge.MapDelete("/{name}", DeleteAsync).WithName("DeleteKnowledge").WithSummary("Take a document away");

        var catalogue = api.MapGroup("/tenants/{tenant}/catalogue").WithTags("Catalogue").RequireFeature(Names.Knowledge);
        catalogue.MapGet("/", ExportAsync).WithName("ExportCatalogue").WithSummary("The catalogue as CSV").Produces<string>(StatusCodes.Status200OK, "text/csv");
        catalogue.MapPut("/", ImportAsync).WithName("ImportCatalogue").WithSummary("Give the catalogue as CSV, or replace it, whole")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBody));
        catalogue.MapGet("/search", LookUpAsync).WithName("SearchCatalogue").WithSummary("Try what a caller's words find in the catalogue")
            .RequireFeature(Names.Tool(CatalogueTool));
    }

    private static async Task<Results<Ok<ItemPage<KnowledgeSourceView>>, NotFound>> ListAsync(
        string tenant, ClaimsPrincipal user, TenantReports tenants, KnowledgeSources sources, CancellationToken cancellationToken)
    {
        if (await tenants.FindBySlugOrIdAsync(user.Scope(), tenant, cancellationToken) is not { } found)
            return TypedResults.NotFound();
        var rows = await sources.ListAsync(found.Id, cancellationToken);
        return TypedResults.Ok(new ItemPage<KnowledgeSourceView>([.. rows.Select(r => new KnowledgeSourceView(r))], NextCursor: null));
    }

    private static async Task<Results<Ok<KnowledgeSourceView>, NotFound, ValidationProblem>> PutAsync(
        string tenant, string name, HttpRequest request, ClaimsPrincipal user, TenantReports tenants, KnowledgeSources sources,
        CancellationToken cancellationToken)
    {
        if (await tenants.FindBySlugOrIdAsync(user.Scope(), tenant, cancellationToken) is not { } found)
            return TypedResults.NotFound();
        if (await TextBody.ReadAsync(request, cancellationToken) is not { } content)
            return AdminProblems.Of("content", "Must be text in UTF-8.");
        if (TextBody.FormatOf(request.ContentType, content) is not { } format)
            return AdminProblems.Of("Content-Type", "Must be text/plain, text/markdown, text/csv or text/html.");
        try
        {
            var put = await sources.PutAsync(found.Id, KnowledgeDocument.Read(name, format, content), cancellationToken);
            return TypedResults.Ok(new KnowledgeSourceView(put.Source, put.Changed));
        }
        catch (KnowledgeException e)
        {
            return TextBody.Problem(e);
        }
    }

    private static async Task<Results<NoContent, NotFound>> DeleteAsync(
        string tenant, string name, ClaimsPrincipal user, TenantReports tenants, KnowledgeSources sources, CancellationToken cancellationToken) =>
        await tenants.FindBySlugOrIdAsync(user.Scope(), tenant, cancellationToken) is { } found
        && !name.Contains('\0', StringComparison.Ordinal) && await sources.DeleteAsync(found.Id, name, cancellationToken)
            ? TypedResults.NoContent()
            : TypedResults.NotFound();

    private static async Task<Results<Ok<KnowledgeAnswerView>, NotFound, ValidationProblem>> SearchAsync(
        string tenant, string? text, string? language, string? limit, ClaimsPrincipal user, TenantReports tenants,
        [FromServices] IKnowledge knowledge, CancellationToken cancellationToken)
    {
        if (await tenants.FindBySlugOrIdAsync(user.Scope(), tenant, cancellationToken) is not { } found)
            return TypedResults.NotFound();
        if (Wrong(text, limit, out var most) is { } problem)
            return problem;
        var answer = await knowledge.FindAsync(
            new KnowledgeQuery(found.Id, text!, language ?? found.Language, most), cancellationToken);
        return TypedResults.Ok(new KnowledgeAnswerView(answer));
    }

    private static async Task<Results<ContentHttpResult, NotFound>> ExportAsync(
        string tenant, ClaimsPrincipal user, TenantReports tenants, CatalogueStore catalogues, CancellationToken cancellationToken) =>
        await tenants.FindBySlugOrIdAsync(user.Scope(), tenant, cancellationToken) is { } found
            ? TypedResults.Text(CatalogueFile.Write(await catalogues.ReadAsync(found.Id, cancellationToken)), "text/csv")
            : TypedResults.NotFound();

    private static async Task<Results<Ok<CatalogueView>, NotFound, ValidationProblem>> ImportAsync(
        string tenant, HttpRequest request, ClaimsPrincipal user, TenantReports tenants, CatalogueStore catalogues, CancellationToken cancellationToken)
    {
        if (await tenants.FindBySlugOrIdAsync(user.Scope(), tenant, cancellationToken) is not { } found)
            return TypedResults.NotFound();
        if (await TextBody.ReadAsync(request, cancellationToken) is not { } content)
            return AdminProblems.Of("content", "Must be text in UTF-8.");
        if (TextBody.FormatOf(request.ContentType, content) is not KnowledgeFormat.Csv)
            return AdminProblems.Of("Content-Type", "Must be text/csv.");
        try
        {
            var put = await catalogues.ReplaceAsync(found.Id, CatalogueFile.Parse(content), cancellationToken);
            return TypedResults.Ok(new CatalogueView(put.Version, put.Items, put.Changed));
        }
        catch (KnowledgeException e)
        {
            return TextBody.Problem(e);
        }
    }

    private static async Task<Results<Ok<ItemPage<CatalogueItemView>>, NotFound, ValidationProblem>> LookUpAsync(
        string tenant, string? text, string? language, string? limit, ClaimsPrincipal user, TenantReports tenants,
        [FromServices] ICatalogue catalogue, CancellationToken cancellationToken)
    {
        if (await tenants.FindBySlugOrIdAsync(user.Scope(), tenant, cancellationToken) is not { } found)
            return TypedResults.NotFound();
        if (Wrong(text, limit, out var most) is { } problem)
            return problem;
        var items = await catalogue.FindAsync(found.Id, new CatalogueQuery(text!, language ?? found.Language, most), cancellationToken);
        return TypedResults.Ok(new ItemPage<CatalogueItemView>([.. items.Select(i => new CatalogueItemView(i))], NextCursor: null));
    }

    private static ValidationProblem? Wrong(string? text, string? limit, out int most)
    {
        most = 5;
        if (string.IsNullOrWhiteSpace(text) || text.Length > MaxQuestionLength)
            return AdminProblems.Of("text", $"Must have 1 to {MaxQuestionLength} characters.");
        return limit is null || (int.TryParse(limit, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out most) && most is >= 1 and <= MaxLimit)
            ? null
            : AdminProblems.Of("limit", $"Must be a whole number from 1 to {MaxLimit}.");
    }
}
