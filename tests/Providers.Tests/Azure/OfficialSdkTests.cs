using System.Runtime.InteropServices;
using System.Text.Json;
using Parley.Providers.Server.Azure;

namespace Parley.Providers.Tests.Azure;

/// <summary>
/// The server is honest when Microsoft's own Speech SDK works with it; needs Node and <c>npm ci --ignore-scripts</c> in tests/interop.
/// </summary>
public sealed class OfficialSdkTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_official_sdk_recognises_what_was_said()
    {
        const string Words = "i would like a table for four people tomorrow evening";
        var speech = new ToneSpeech(Words);
        await using var server = await new AzureServer { Vocabulary = speech }.StartAsync();
        short[] audio = [.. new short[1600], .. speech.Speak("i would like a table"), .. new short[8000], .. speech.Speak("tomorrow evening"), .. new short[8000]];

        using var result = await RunAsync(server, MemoryMarshal.AsBytes<short>(audio).ToArray(), "recognise", "en-US");

        result.RootElement.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null, result.RootElement.ToString());
        var phrases = result.RootElement.GetProperty("phrases").EnumerateArray().ToArray();
        phrases.Select(p => p.GetProperty("text").GetString()).ShouldBe(["I would like a table.", "Tomorrow evening."]);

        // 100 ns: the second phrase begins after 0.2 s, 1 s of words and 1 s of silence.
        phrases[1].GetProperty("offset").GetInt64().ShouldBeInRange(21_990_000, 22_010_000);
        result.RootElement.GetProperty("guesses").GetArrayLength().ShouldBeGreaterThan(2);
        server.Connections.Count.ShouldBe(1);
        server.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_official_sdk_is_refused_with_a_wrong_key()
    {
        await using var server = await new AzureServer { Vocabulary = new ToneSpeech("x") }.StartAsync();
        using var result = await RunAsync(server, new byte[3200], "recognise", "en-US", key: "wrong");
        result.RootElement.GetProperty("error").GetString()!.ShouldNotBeEmpty();
        server.Connections.ShouldAllBe(c => c.Status == 401);
    }

    [Theory]
    [InlineData("en-US-JennyNeural", "Tom & Jerry's <table> is \"booked\".")]
    [InlineData("he-IL-HilaNeural", "השולחן שלך הוזמן.")]
    public async Task The_official_sdk_gets_the_voice_it_asks_for(string voice, string text)
    {
        await using var server = await new AzureServer().StartAsync();
        using var result = await RunAsync(server, [], "synthesise", voice, text);
        result.RootElement.GetProperty("completed").GetBoolean().ShouldBeTrue(result.RootElement.ToString());
        result.RootElement.GetProperty("audio").GetBytesFromBase64().ShouldBe(AzureSound.Of(text));
        server.Syntheses.Single().Voice.ShouldBe(voice);
        server.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_official_sdk_is_told_of_an_unknown_voice()
    {
        await using var server = await new AzureServer().StartAsync();
        using var result = await RunAsync(server, [], "synthesise", "en-US-NobodyNeural", "Hello");
        result.RootElement.GetProperty("completed").GetBoolean().ShouldBeFalse();
        result.RootElement.GetProperty("error").GetString()!.ShouldContain("voice");
    }

    private static async Task<JsonDocument> RunAsync(
        AzureServer server, byte[] input, string what, string first, string? text = null, string? key = null)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        List<string> script = ["azure-speech.mjs", "ws://127.0.0.1:" + server.Address.Port, key ?? server.Key, what, first];
        if (text is not null)
            script.Add(text);
        var run = await Interop.RunAsync(["microsoft-cognitiveservices-speech-sdk"], script, input, patience.Token);
        run.Output.ShouldNotBeEmpty(run.Errors);
        return JsonDocument.Parse(run.Output);
    }
}
