using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Rag;
using Parley.Conversation.Tenants;
using Parley.Persistence.Knowledge;
using Parley.Persistence.Reporting;

namespace Parley.Commands;

/// <summary><c>parley knowledge import|list|delete|search</c>.</summary>
internal static class KnowledgeCommand
{
    public static Command Create() => new("knowledge", "Look after what businesses tell about themselves.") { Import(), List(), Delete(), Search() };

    /// <summary>The argument that names a business.</summary>
    public static Argument<string> Slug() => new("SLUG") { Description = "The business's short name." };

    /// <summary>The business with a slug.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static async Task<Tenant> TenantAsync(IServiceProvider services, string slug, CancellationToken cancellation) =>
        await services.GetRequiredService<TenantReports>().FindAsync(TenantScope.Operator, slug, cancellation)
            ?? throw new InvalidDataException($"There is no business '{slug}'.");

    private static Command Import()
    {
        var (data, slug) = (CommonOptions.Data(), Slug());
        var files = new Argument<FileSystemInfo[]>("FILE")
        {
            Description = "Documents (.txt, .md, .csv, .html), or a folder of them, in which catalogue.csv is the catalogue.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("import", "Give documents, or replace those of the same names.") { slug, files, data };
        command.SetAction((parsed, cancellation) => CommandHost.WithDatabaseAsync(parsed.GetValue(data), async services =>
        {
            var tenant = await TenantAsync(services, parsed.GetRequiredValue(slug), cancellation);
            var folder = new KnowledgeFolder([], Catalogue: null);
            // All are read before the first is written.
            foreach (var file in parsed.GetRequiredValue(files))
            {
                var read = Directory.Exists(file.FullName)
                    ? await KnowledgeFolder.ReadAsync(file.FullName, cancellation)
                    : new KnowledgeFolder([await KnowledgeFolder.ReadFileAsync(file.FullName, cancellation)], Catalogue: null);
                folder = new KnowledgeFolder([.. folder.Documents, .. read.Documents], read.Catalogue ?? folder.Catalogue);
            }

            foreach (var document in folder.Documents)
            {
                var put = await services.GetRequiredService<KnowledgeSources>().PutAsync(tenant.Id, document, cancellation);
                Console.WriteLine($"{(put.Changed ? "Imported" : "Unchanged")} {put.Source.Name}, version {put.Source.Version}, {put.Source.Passages} passages.");
            }

            if (folder.Catalogue is { } catalogue)
                await CatalogueCommand.ReplaceAsync(services, tenant, catalogue, cancellation);
            return CommandHost.Ok;
        }));
        return command;
    }

    private static Command List()
    {
        var (data, slug) = (CommonOptions.Data(), Slug());
        var command = new Command("list", "List a business's documents.") { slug, data };
        command.SetAction((parsed, cancellation) => CommandHost.WithDatabaseAsync(parsed.GetValue(data), async services =>
        {
            var tenant = await TenantAsync(services, parsed.GetRequiredValue(slug), cancellation);
            foreach (var row in await services.GetRequiredService<KnowledgeSources>().ListAsync(tenant.Id, cancellation))
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{row.Name,-30} {row.Format,-10} version {row.Version,3} {row.Passages,5} passages  {row.UpdatedAt:yyyy-MM-dd HH:mm}"));
            }

            return CommandHost.Ok;
        }));
        return command;
    }

    private static Command Delete()
    {
        var (data, slug) = (CommonOptions.Data(), Slug());
        var name = new Argument<string>("NAME") { Description = "The document's name." };
        var command = new Command("delete", "Take a document away.") { slug, name, data };
        command.SetAction((parsed, cancellation) => CommandHost.WithDatabaseAsync(parsed.GetValue(data), async services =>
        {
            var tenant = await TenantAsync(services, parsed.GetRequiredValue(slug), cancellation);
            if (!await services.GetRequiredService<KnowledgeSources>().DeleteAsync(tenant.Id, parsed.GetRequiredValue(name), cancellation))
                throw new InvalidDataException($"{tenant.Name} has no document '{parsed.GetRequiredValue(name)}'.");
            Console.WriteLine("Deleted.");
            return CommandHost.Ok;
        }));
        return command;
    }

    private static Command Search()
    {
        var (data, slug) = (CommonOptions.Data(), Slug());
        var words = new Argument<string[]>("WORDS") { Description = "A caller's question.", Arity = ArgumentArity.OneOrMore };
        var language = new Option<string?>("--language") { Description = "The question's language (default: the business's)." };
        var command = new Command("search", "Try what a caller's question finds, by its words alone.") { slug, words, language, data };
        command.SetAction((parsed, cancellation) => CommandHost.WithDatabaseAsync(parsed.GetValue(data), async services =>
        {
            var tenant = await TenantAsync(services, parsed.GetRequiredValue(slug), cancellation);
            using var knowledge = new KnowledgeBase(
                services.GetRequiredService<IKnowledgeStore>(), new KnowledgeOptions { LoadPatienceMs = 10_000 }, embedder: null,
                services.GetRequiredService<TimeProvider>(), NullLogger<KnowledgeBase>.Instance);
            var answer = await knowledge.FindAsync(
                new KnowledgeQuery(tenant.Id, string.Join(' ', parsed.GetRequiredValue(words)), parsed.GetValue(language) ?? tenant.Language, Most: 3),
                cancellation);
            if (answer.Passages.Count == 0)
                Console.WriteLine("Nothing was found.");
            foreach (var passage in answer.Passages)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{passage.Confidence:0.00}  {passage.Source}  {passage.Text.ReplaceLineEndings(" ")}"));
            return CommandHost.Ok;
        }));
        return command;
    }
}
