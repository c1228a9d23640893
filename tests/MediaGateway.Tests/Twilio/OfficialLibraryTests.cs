using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Parley.MediaGateway.Twilio;

namespace Parley.MediaGateway.Tests.Twilio;

/// <summary>Compares with Twilio's official Node library, when it was installed with <c>npm ci --ignore-scripts</c> in tests/interop.</summary>
public sealed class OfficialLibraryTests
{
    private const string Missing = "The official library is not installed: run npm ci --ignore-scripts in tests/interop (needs Node).";

    [Fact]
    public async Task What_the_official_library_signs_is_accepted_and_any_change_is_not()
    {
        var folder = FindInterop();
        Assert.SkipWhen(folder is null || !Directory.Exists(Path.Combine(folder, "node_modules", "twilio")), Missing);

        var validator = new RequestValidator("interop-token");
        var requests = 0;
        foreach (var line in (await RunAsync(folder!)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            var url = root.GetProperty("url").GetString()!;
            var signature = root.GetProperty("signature").GetString();
            var body = root.GetProperty("body").GetString();
            List<KeyValuePair<string, string>> parameters =
                [.. root.GetProperty("parameters").EnumerateArray().Select(pair => KeyValuePair.Create(pair[0].GetString()!, pair[1].GetString()!))];

            bool Holds(string at) => body is null
                ? at.StartsWith("wss", StringComparison.Ordinal) ? validator.ValidateUpgrade(at, signature) : validator.Validate(at, parameters, signature)
                : validator.ValidateBody(at, Encoding.UTF8.GetBytes(body), signature);

            Holds(url).ShouldBeTrue(line);
            Holds(url.Replace("example.com", "example.org", StringComparison.Ordinal)).ShouldBeFalse(line);
            requests++;
        }

        requests.ShouldBe(500);
    }

    private static string? FindInterop()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Parley.slnx")))
                return Path.Combine(folder.FullName, "tests", "interop");
        }

        return null;
    }

    private static async Task<string> RunAsync(string folder)
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", "sign-requests.mjs")
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
}
