using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Parley.Providers.Server.OpenAi;
using Parley.Providers.Server.OpenAi.Realtime;

namespace Parley.Providers.Tests.OpenAi.Realtime;

/// <summary>
/// Proves the local server honest with the realtime client of OpenAI's official Node library, which insists on TLS; when it was installed with
/// <c>npm ci --ignore-scripts</c> in tests/interop.
/// </summary>
public sealed class OfficialLibraryTests
{
    private const string Missing = "The official library is not installed: run npm ci --ignore-scripts in tests/interop (needs Node).";

    [Fact]
    public async Task The_official_realtime_client_understands_the_local_server()
    {
        var folder = FindInterop();
        Assert.SkipWhen(
            folder is null || !Directory.Exists(Path.Combine(folder, "node_modules", "openai")) || !Directory.Exists(Path.Combine(folder, "node_modules", "ws")), Missing);
        using var key = RSA.Create(2048);
        using var made = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        await using var server = await OpenAiServer.StartAsync(socket => socket.UseHttps(certificate));
        server.Transcripts.Enqueue("A table for two");
        server.Answers.Enqueue(new RealtimeScript().Say("Sure. When?"));
        server.Answers.Enqueue(new RealtimeScript().Call("book", """{"guests":2}"""));
        server.Answers.Enqueue(new RealtimeScript().SayHalf("This takes a while.", new TaskCompletionSource().Task));

        (await RunAsync(folder!, server)).ShouldBe("all 11 checks passed");
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
            using var node = Process.Start(new ProcessStartInfo("node", ["openai-realtime.mjs", server.BaseAddress.AbsoluteUri, server.Key])
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
