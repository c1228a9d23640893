using Parley.Persistence.Tenants;
using Parley.Tests.Common;

namespace Parley.Fuzz.Tests.Targets;

/// <summary>Tenants' files.</summary>
internal sealed class TenantYaml : FuzzTarget
{
    private readonly byte[][] files =
        [.. Directory.GetFiles(RepositoryFiles.PathTo("samples", "tenants"), "*.yaml").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    public override int Share => 5;

    // A file's nodes, each with its place for messages, and the same once more when it is written and read back.
    public override (long Fixed, long PerByte) Allowance => (4 * 1024 * 1024, 1500);

    public override byte[] Make(Random random) => MaybeSpoil(random, files[random.Next(files.Length)]);

    public override void Run(byte[] input, Random random)
    {
        var yaml = System.Text.Encoding.UTF8.GetString(input);
        try
        {
            var written = TenantFile.Write(TenantFile.Parse(yaml, "fuzz.yaml"));
            Require(TenantFile.Write(TenantFile.Parse(written, "written.yaml")) == written, "what is written is read back as it was");
        }
        catch (TenantFileException e) when (e.Message.StartsWith("fuzz.yaml", StringComparison.Ordinal) || !e.Message.Contains("written.yaml"))
        {
            Require(e.Errors.Count > 0, "a refusal says why");
        }
    }
}
