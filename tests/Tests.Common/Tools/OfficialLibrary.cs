using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Parley.Tests.Common.Tools;

/// <summary>Providers' official Node libraries, when they were installed with <c>npm ci --ignore-scripts</c> in tests/interop.</summary>
public static class OfficialLibrary
{
    public const string Missing = "The official library is not installed: run npm ci --ignore-scripts in tests/interop (needs Node).";

    /// <summary>Runs a script of tests/interop over its packages; null where one of them or Node is missing.</summary>
    /// <param name="packages">What the script needs.</param>
    /// <param name="script">Its name and arguments.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<NodeRun?> TryRunAsync(
        IEnumerable<string> packages, IEnumerable<string> script, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        var folder = RepositoryFiles.PathTo("tests", "interop");
        if (!packages.All(package => Directory.Exists(Path.Combine(folder, "node_modules", package))))
            return null;
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", script)
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
            })!;
            try
            {
                var errors = node.StandardError.ReadToEndAsync(cancellationToken);
                var output = node.StandardOutput.ReadToEndAsync(cancellationToken);
                await node.StandardInput.BaseStream.WriteAsync(input, cancellationToken);
                node.StandardInput.Close();
                await node.WaitForExitAsync(cancellationToken);
                return new NodeRun(node.ExitCode, await output, await errors);
            }
            finally
            {
                if (!node.HasExited)
                    node.Kill();
            }
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}

/// <summary>What came of a script.</summary>
public sealed record NodeRun(int ExitCode, string Output, string Errors);
