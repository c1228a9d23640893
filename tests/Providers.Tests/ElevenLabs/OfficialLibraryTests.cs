using System.Security.Cryptography;
using System.Text.Json;
using Parley.Providers.Server.ElevenLabs;

namespace Parley.Providers.Tests.ElevenLabs;

/// <summary>ElevenLabs' official Node library against the local server, when it was installed with <c>npm ci --ignore-scripts</c> in tests/interop.</summary>
public sealed class OfficialLibraryTests
{
    private const string Text = "Hallo, hier ist die Praxis.";

    [Fact]
    public async Task The_official_library_hears_every_byte()
    {
        await using var server = await ElevenLabsServer.StartAsync();
        var spoken = await RunAsync(server);

        var audio = ElevenLabsServer.AudioOf(Text);
        spoken.GetProperty("bytes").GetInt32().ShouldBe(audio.Length);
        spoken.GetProperty("sha256").GetString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(audio)));
        server.Requests.ShouldHaveSingleItem().ShouldContain("\"language_code\":\"de\"");
    }

    [Theory]
    [InlineData("not-the-key", ElevenLabsServer.Voice, "eleven_flash_v2_5", 401, "invalid_api_key")]
    [InlineData(ElevenLabsServer.Key, "nobody", "eleven_flash_v2_5", 404, "voice_not_found")]
    [InlineData(ElevenLabsServer.Key, ElevenLabsServer.Voice, "eleven_nothing", 400, "model_not_found")]
    [InlineData(ElevenLabsServer.Key, ElevenLabsServer.Voice, "eleven_flash_v2", 400, "unsupported_language")]
    public async Task The_official_library_understands_the_local_servers_refusals(string key, string voice, string model, int status, string word)
    {
        await using var server = await ElevenLabsServer.StartAsync();
        var refused = await RunAsync(server, key, voice, model);

        refused.GetProperty("status").GetInt32().ShouldBe(status);
        refused.GetProperty("word").GetString().ShouldBe(word);
    }

    private static async Task<JsonElement> RunAsync(
        ElevenLabsServer server, string key = ElevenLabsServer.Key, string voice = ElevenLabsServer.Voice, string model = "eleven_flash_v2_5")
    {
        var run = await Interop.RunAsync(
            "@elevenlabs/elevenlabs-js", "elevenlabs-speak.mjs", server.Address.AbsoluteUri.TrimEnd('/'), key, voice, model, "de", Text);
        run.ExitCode.ShouldBe(0, run.Errors);
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
