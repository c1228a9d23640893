using Dapper;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Rag.Ingestion;
using Parley.Persistence.Knowledge;

namespace Parley.Persistence.Tenants;

/// <summary>Tenants to begin with; section <c>Tenants</c>.</summary>
public sealed record SampleTenantOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Tenants";

    /// <summary>Folder whose <c>*.yaml</c> files are imported when the database has no tenant yet, from the content root; null for none.</summary>
    public string? ImportOnEmpty { get; set; }

    /// <summary>
    /// Folder with a folder for each of those tenants, named like its slug, whose documents become its knowledge, from the content root; null for
    /// none. See <see cref="KnowledgeFolder"/>.
    /// </summary>
    public string? KnowledgeOnEmpty { get; set; }
}

/// <summary>Imports a folder of tenant files into an empty database, so that the first start answers a call.</summary>
public sealed partial class SampleTenants(
    Database database, TenantImporter importer, KnowledgeSources sources, CatalogueStore catalogues, SampleTenantOptions options,
    ILogger<SampleTenants> logger)
{
    /// <summary>Imports the files when there is no tenant; returns how many it imported.</summary>
    /// <exception cref="TenantFileException">A file has errors.</exception>
    /// <exception cref="KnowledgeException">A document of theirs cannot be taken.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder is not there.</exception>
    public async Task<int> ImportAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(options.ImportOnEmpty))
            return 0;
        await using (var connection = await database.OpenAsync(cancellationToken))
        {
            if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                "select exists (select 1 from tenants)", cancellationToken: cancellationToken)))
            {
                return 0;
            }
        }

        var files = Directory.GetFiles(options.ImportOnEmpty, "*.yaml").Order(StringComparer.Ordinal).ToList();
        // All are read before the first is written: a mistake in one leaves the database empty, and the next start tries again.
        var tenants = new List<(Conversation.Tenants.Tenant Tenant, KnowledgeFolder? Knowledge)>();
        foreach (var file in files)
        {
            var tenant = TenantFile.Parse(await File.ReadAllTextAsync(file, cancellationToken), Path.GetFileName(file));
            tenants.Add((tenant, await KnowledgeOfAsync(tenant.Slug, cancellationToken)));
        }

        foreach (var (tenant, knowledge) in tenants)
        {
            var id = (await importer.ImportAsync(tenant, cancellationToken)).Id;
            LogImported(tenant.Name, tenant.Slug);
            foreach (var document in knowledge?.Documents ?? [])
                await sources.PutAsync(id, document, cancellationToken);
            if (knowledge?.Catalogue is { } catalogue)
                await catalogues.ReplaceAsync(id, catalogue, cancellationToken);
        }

        return tenants.Count;
    }

    private async Task<KnowledgeFolder?> KnowledgeOfAsync(string slug, CancellationToken cancellationToken)
    {
        var folder = string.IsNullOrEmpty(options.KnowledgeOnEmpty) ? null : Path.Combine(options.KnowledgeOnEmpty, slug);
        return Directory.Exists(folder) ? await KnowledgeFolder.ReadAsync(folder, cancellationToken) : null;
    }

    [LoggerMessage(6601, LogLevel.Information, "Imported the tenant {Name} ({Slug}) into the empty database")]
    private partial void LogImported(string name, string slug);
}
