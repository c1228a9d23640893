using System.Text.Json;
using Parley.Providers.Server.Deepgram;

namespace Parley.Providers.Tests.Deepgram;

/// <summary>Deepgram's official Node library against the local server, when it was installed with <c>npm ci --ignore-scripts</c> in tests/interop.</summary>
public sealed class OfficialLibraryTests
{
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
        var run = await Interop.RunAsync("@deepgram/sdk", "deepgram-listen.mjs", address.AbsoluteUri.TrimEnd('/'), key, codes, query);
        run.ExitCode.ShouldBe(0, run.Errors);
        return
        [
            .. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('{'))
                .Select(line => JsonDocument.Parse(line).RootElement),
        ];
    }
}
