using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Parley.Providers.Tests;

/// <summary>Official Node libraries, when they were installed with <c>npm ci --ignore-scripts</c> in tests/interop.</summary>
internal static class Interop
{
    private const string Missing = "The official library is not installed: run npm ci --ignore-scripts in tests/interop (needs Node).";

    /// <summary>Runs a script over a package and gives what it prints; skips the test where the package or Node is missing.</summary>
    public static async Task<string> RunAsync(string package, params string[] script)
    {
        var folder = Find();
        Assert.SkipWhen(folder is null || !Directory.Exists(Path.Combine(folder, "node_modules", package)), Missing);
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", script)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                StandardOutputEncoding = Encoding.UTF8,
            })!;
            var output = await node.StandardOutput.ReadToEndAsync();
            await node.WaitForExitAsync();
            node.ExitCode.ShouldBe(0);
            return output;
        }
        catch (Win32Exception)
        {
            Assert.Skip(Missing);
            throw;
        }
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Parley.slnx")))
                return Path.Combine(folder.FullName, "tests", "interop");
        }

        return null;
    }
}
