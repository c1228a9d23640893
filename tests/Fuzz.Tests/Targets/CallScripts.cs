using Parley.Calling;
using Parley.Tests.Common;

namespace Parley.Fuzz.Tests.Targets;

/// <summary>Scripts of sample callers.</summary>
internal sealed class CallScripts : FuzzTarget
{
    private readonly byte[][] files =
        [.. Directory.GetFiles(RepositoryFiles.PathTo("samples", "audio"), "*.yaml").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private readonly Utterance silence = new(new byte[1600]);

    public override int Share => 5;

    public override (long Fixed, long PerByte) Allowance => (2 * 1024 * 1024, 1500);

    public override byte[] Make(Random random) => MaybeSpoil(random, files[random.Next(files.Length)]);

    public override void Run(byte[] input, Random random)
    {
        try
        {
            _ = CallScriptReader.Read(new StringReader(System.Text.Encoding.UTF8.GetString(input)), "fuzz.yaml", _ => silence);
        }
        catch (CallScriptException)
        {
            // The documented refusal.
        }
    }
}
