using System.CommandLine;
using Parley.Persistence.Maintenance;
using Parley.Persistence.Tenants;

namespace Parley.Commands;

/// <summary><c>parley tenant import FILE</c>, <c>parley tenant delete SLUG</c>.</summary>
internal static class TenantCommand
{
    public static Command Create()
    {
        var data = CommonOptions.Data();
        var file = new Argument<FileInfo>("FILE") { Description = "The business as YAML; see samples/tenants." };
        var import = new Command("import", "Create a business, or replace the one with the same slug.") { file, data };
        import.SetAction((parsed, cancellation) => CommandHost.WithDatabaseAsync(parsed.GetValue(data), async services =>
        {
            var path = parsed.GetValue(file)!.FullName;
            var tenant = TenantFile.Parse(await File.ReadAllTextAsync(path, cancellation), Path.GetFileName(path));
            tenant = await services.GetRequiredService<TenantImporter>().ImportAsync(tenant, cancellation);
            Console.WriteLine($"Imported {tenant.Name} ({tenant.Slug}), answering {string.Join(", ", tenant.Numbers)}.");
            return CommandHost.Ok;
        }));
        return new Command("tenant", "Look after the businesses that Parley answers for.") { import, Delete() };
    }

    private static Command Delete()
    {
        var data = CommonOptions.Data();
        var slug = new Argument<string>("SLUG") { Description = "The business." };
        var sure = new Option<bool>("--yes") { Description = "Do it; without this it is only told what would be deleted." };
        var command = new Command("delete", "Delete a business with all its calls, customers and documents, for good.") { slug, sure, data };
        command.SetAction((parsed, cancellation) => CommandHost.WithDatabaseAsync(parsed.GetValue(data), async services =>
        {
            var tenants = services.GetRequiredService<TenantRemover>();
            var captures = services.GetRequiredService<CaptureRemover>();
            var name = parsed.GetRequiredValue(slug);
            if (await tenants.FindAsync(name, cancellation) is not { } found)
            {
                // What is left of a deletion that was ended in the middle; its business is not found any more.
                if (parsed.GetValue(sure) && await captures.RemoveAsync(cancellation) is > 0 and var left)
                    Console.WriteLine($"Deleted {left} captures of calls that were deleted before.");
                throw new InvalidDataException($"There is no business '{name}'.");
            }

            if (!parsed.GetValue(sure))
                throw new InvalidDataException($"{found.Name} has {found.Calls} calls ({found.Running} going on) and {found.Customers} customers. To delete all of it, add --yes.");
            await tenants.RemoveAsync(name, cancellation);
            // A server that runs here may have been quicker. A file that cannot be deleted is told of when the rest is gone.
            await captures.RemoveAsync(cancellation);
            Console.WriteLine($"Deleted {found.Name} with {found.Calls} calls, what was captured of them here, and {found.Customers} customers.");
            return CommandHost.Ok;
        }));
        return command;
    }
}
