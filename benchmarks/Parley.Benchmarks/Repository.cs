using Parley.Conversation.Audio;
using Parley.Conversation.Tenants;
using Parley.Persistence.Tenants;
using Parley.Tests.Common;

namespace Parley.Benchmarks;

/// <summary>The repository that the benchmarks were built from.</summary>
internal static class Repository
{
    public static string Root => RepositoryFiles.Root;

    public static string Budgets => Path.Combine(Root, "benchmarks", "budgets.json");

    public static string Results => Path.Combine(Root, "benchmarks", "results");

    /// <summary>A recorded caller of the sample calls, 8 kHz.</summary>
    public static short[] Recording(string name)
    {
        using var file = File.OpenRead(Path.Combine(Root, "samples", "audio", name + ".wav"));
        return WavFile.Read(file).Channel(0);
    }

    public static Tenant SampleTenant(string slug)
    {
        var file = Path.Combine(Root, "samples", "tenants", slug + ".yaml");
        return TenantFile.Parse(File.ReadAllText(file), file);
    }
}
