using System.CommandLine;
using Parley.Conversation.Rag.Catalogue;
using Parley.Conversation.Tenants;
using Parley.Persistence.Knowledge;

namespace Parley.Commands;

/// <summary><c>parley catalogue import|export</c>.</summary>
internal static class CatalogueCommand
{
    public static Command Create() => new("catalogue", "Look after what businesses have in stock.") { Import(), Export() };

    /// <summary>Replaces a business's catalogue and tells of it.</summary>
    public static async Task ReplaceAsync(IServiceProvider services, Tenant tenant, CatalogueFile catalogue, CancellationToken cancellation)
    {
        var put = await services.GetRequiredService<CatalogueStore>().ReplaceAsync(tenant.Id, catalogue, cancellation);
        Console.WriteLine($"{(put.Changed ? "Imported" : "Unchanged")} the catalogue, version {put.Version}, {put.Items} items.");
    }

    private static Command Import()
    {
        var (data, slug) = (CommonOptions.Data(), KnowledgeCommand.Slug());
        var file = new Argument<FileInfo>("FILE") { Description = "CSV: product, variant, size, price, currency, stock, low_stock." };
        var command = new Command("import", "Give a catalogue, or replace it.") { slug, file, data };
        command.SetAction((parsed, cancellation) => CommandHost.WithDatabaseAsync(parsed.GetValue(data), async services =>
        {
            var tenant = await KnowledgeCommand.TenantAsync(services, parsed.GetRequiredValue(slug), cancellation);
            var catalogue = await KnowledgeFolder.ReadCatalogueAsync(parsed.GetRequiredValue(file).FullName, cancellation);
            await ReplaceAsync(services, tenant, catalogue, cancellation);
            return CommandHost.Ok;
        }));
        return command;
    }

    private static Command Export()
    {
        var (data, slug) = (CommonOptions.Data(), KnowledgeCommand.Slug());
        var file = new Argument<FileInfo?>("FILE") { Description = "Where to write it (default: standard output).", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("export", "Write a catalogue as CSV.") { slug, file, data };
        command.SetAction((parsed, cancellation) => CommandHost.WithDatabaseAsync(parsed.GetValue(data), async services =>
        {
            var tenant = await KnowledgeCommand.TenantAsync(services, parsed.GetRequiredValue(slug), cancellation);
            var csv = CatalogueFile.Write(await services.GetRequiredService<CatalogueStore>().ReadAsync(tenant.Id, cancellation));
            if (parsed.GetValue(file) is { } target)
                await File.WriteAllTextAsync(target.FullName, csv, cancellation);
            else
                Console.Write(csv);
            return CommandHost.Ok;
        }));
        return command;
    }
}
