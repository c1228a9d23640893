using System.CommandLine;
using Parley.Persistence.Tenants;

namespace Parley.Commands;

/// <summary><c>parley tenant import FILE</c>.</summary>
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
        return new Command("tenant", "Look after the businesses that Parley answers for.") { import };
    }
}
