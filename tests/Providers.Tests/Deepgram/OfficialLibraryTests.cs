using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Parley.Providers.Server.Deepgram;

namespace Parley.Providers.Tests.Deepgram;

/// <summary>Deepgram's official Node library against the local server, when it was installed with <c>npm ci --ignore-scripts</c> in tests/interop.</summary>
public sealed class OfficialLibraryTests
{
    private const string Missing = "The official library is not installed: run npm ci --ignore-scripts in tests/interop (needs Node).";

    [Fact]
    public async Task The_official_library_gets_along_with_the_local_server_from_the_first_word_to_the_close()
    {
        await using var server = await DeepgramServer.StartAsync();
        server.Vocabulary = Speech.Vocabulary;
        var messages = await RunAsync(server.Address, DeepgramServer.Key, "0,1,5");

        string Type(JsonElement message) => message.GetProperty("type").GetString()!;
        messages.Where(m => Type(m) != "Results").Select(Type).ShouldBe(["SpeechStarted", "UtteranceEnd", "SpeechStarted", "Metadata", "close"]);
        var results = messages.Where(m => Type(m) == "Results").ToArray();
        string Text(JsonElement m) => m.GetProperty("channel").GetProperty("alternatives")[0].GetProperty("transcript").GetString()!;
        bool Is(JsonElement m, string flag) => m.GetProperty(flag).GetBoolean();
        results.Any(m => !Is(m, "is_final") && Text(m) == "my").ShouldBeTrue();
        results.Where(m => Is(m, "speech_final")).Select(Text).ShouldBe(["my card"]);
        results.Where(m => Is(m, "from_finalize")).Select(Text).ShouldBe(["thanks"]);
        messages[^1].GetProperty("code").GetInt32().ShouldBe(1000);

        var session = server.Sessions.ShouldHaveSingleItem();
        session.Violations.ShouldBeEmpty();
        session.KeepAlives.ShouldBe(1);
        session.Finalizes.ShouldBe(1);
        session.IsFinished.ShouldBeTrue();
        session.Query.ShouldContain("&keyterm=Praxis&keyterm=Dr.%20Meier");
    }

    [Theory]
    [InlineData("not-the-key", "{}")]
    [InlineData(DeepgramServer.Key, "{\"model\":\"nova-2\"}")]
    [InlineData(DeepgramServer.Key, "{\"utterance_end_ms\":500}")]
    public async Task The_official_library_is_refused_a_bad_key_and_a_bad_query(string key, string query)
    {
        await using var server = await DeepgramServer.StartAsync();
        server.Vocabulary = Speech.Vocabulary;
        var messages = await RunAsync(server.Address, key, "0", query);
        messages.ShouldNotBeEmpty();
        messages.ShouldAllBe(m => m.GetProperty("type").GetString() == "error" || m.GetProperty("type").GetString() == "close");
        server.Sessions.ShouldBeEmpty();
    }

    private static async Task<IReadOnlyList<JsonElement>> RunAsync(Uri address, string key, string codes, string query = "{}")
    {
        var folder = FindInterop();
        Assert.SkipWhen(folder is null || !Directory.Exists(Path.Combine(folder, "node_modules", "@deepgram", "sdk")), Missing);
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", ["deepgram-listen.mjs", address.AbsoluteUri.TrimEnd('/'), key, codes, query])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                StandardOutputEncoding = Encoding.UTF8,
            })!;
            var output = await node.StandardOutput.ReadToEndAsync();
            await node.WaitForExitAsync();
            node.ExitCode.ShouldBe(0);
            return
            [
                .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('{'))
                    .Select(line => JsonDocument.Parse(line).RootElement),
            ];
        }
        catch (Win32Exception)
        {
            Assert.Skip(Missing);
            throw;
        }
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
}
