using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Parley.Providers.Server.OpenAi;

namespace Parley.Providers.Tests.OpenAi;

/// <summary>
/// Proves the local server honest with OpenAI's official Node library, when it was installed with <c>npm ci --ignore-scripts</c> in tests/interop.
/// </summary>
public sealed class OfficialLibraryTests
{
    private const string Missing = "The official library is not installed: run npm ci --ignore-scripts in tests/interop (needs Node).";

    [Fact]
    public async Task The_official_library_understands_the_local_server()
    {
        var folder = FindInterop();
        Assert.SkipWhen(folder is null || !Directory.Exists(Path.Combine(folder, "node_modules", "openai")), Missing);
        await using var server = await OpenAiServer.StartAsync();
        server.Chats.Enqueue(new ChatScript().Say("Guten", " Tag", " 👋"));
        server.Chats.Enqueue(new ChatScript().Event(": keep-alive").Call("call_a", "book", "{\"d\":", "7}").Call("call_b", "note", "{}"));
        server.Chats.Enqueue(new ChatScript().Say("Whole"));
        server.Chats.Enqueue(new ChatScript().Say("Done."));
        server.Chats.Enqueue(new ChatScript().Say("cut").Cut());
        server.Chats.Enqueue(new ChatScript().Say("So").Event("data: {\"error\":{\"message\":\"The server had an error\",\"type\":\"server_error\",\"param\":null,\"code\":null}}"));
        server.Transcripts.Enqueue("one two three");
        server.Transcripts.Enqueue("one two three");

        (await RunAsync(folder!, server)).ShouldBe("all 14 checks passed");
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

    private static async Task<string> RunAsync(string folder, OpenAiServer server)
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", ["openai-client.mjs", server.BaseAddress.AbsoluteUri, server.Key])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
            })!;
            var errors = node.StandardError.ReadToEndAsync(Provider.Now);
            var output = await node.StandardOutput.ReadToEndAsync(Provider.Now);
            await node.WaitForExitAsync(Provider.Now);
            return (output + await errors).Trim();
        }
        catch (Win32Exception)
        {
            Assert.Skip(Missing);
            throw;
        }
    }
}
