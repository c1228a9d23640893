using Parley.Providers.Server.OpenAi;

namespace Parley.Providers.Tests.OpenAi;

/// <summary>
/// Proves the local server honest with OpenAI's official Node library, when it was installed with <c>npm ci --ignore-scripts</c> in tests/interop.
/// </summary>
public sealed class OfficialLibraryTests
{
    [Fact]
    public async Task The_official_library_understands_the_local_server()
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Chats.Enqueue(new ChatScript().Say("Guten", " Tag", " 👋"));
        server.Chats.Enqueue(new ChatScript().Event(": keep-alive").Call("call_a", "book", "{\"d\":", "7}").Call("call_b", "note", "{}"));
        server.Chats.Enqueue(new ChatScript().Say("Whole"));
        server.Chats.Enqueue(new ChatScript().Say("Done."));
        server.Chats.Enqueue(new ChatScript().Say("cut").Cut());
        server.Chats.Enqueue(new ChatScript().Say("So").Event("data: {\"error\":{\"message\":\"The server had an error\",\"type\":\"server_error\",\"param\":null,\"code\":null}}"));
        server.Transcripts.Enqueue("one two three");
        server.Transcripts.Enqueue("one two three");

        var run = await Interop.RunAsync("openai", "openai-client.mjs", server.BaseAddress.AbsoluteUri, server.Key);
        (run.Output + run.Errors).Trim().ShouldBe("all 14 checks passed");
    }
}
