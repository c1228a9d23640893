using Parley.Tests.Common.Tools;

namespace Parley.Providers.Tests;

/// <summary>Proves local servers honest with the providers' official libraries.</summary>
internal static class Interop
{
    /// <summary>Runs a script over a package and gives what came of it; skips the test where the package or Node is missing.</summary>
    public static Task<NodeRun> RunAsync(string package, params string[] script) =>
        RunAsync([package], script, default, TestContext.Current.CancellationToken);

    /// <summary>The same over several packages, with something to read.</summary>
    public static async Task<NodeRun> RunAsync(
        IEnumerable<string> packages, IEnumerable<string> script, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        var run = await OfficialLibrary.TryRunAsync(packages, script, input, cancellationToken);
        Assert.SkipWhen(run is null, OfficialLibrary.Missing);
        return run!;
    }
}
