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
    [Fact]
    public async Task The_official_realtime_client_understands_the_local_server()
    {
        using var certificate = Certificates.SelfSigned();
        await using var server = await OpenAiServer.StartAsync(socket => socket.UseHttps(certificate));
        server.Transcripts.Enqueue("A table for two");
        server.Answers.Enqueue(new RealtimeScript().Say("Sure. When?"));
        server.Answers.Enqueue(new RealtimeScript().Call("book", """{"guests":2}"""));
        server.Answers.Enqueue(new RealtimeScript().SayHalf("This takes a while.", new TaskCompletionSource().Task));

        var run = await Interop.RunAsync(["openai", "ws"], ["openai-realtime.mjs", server.BaseAddress.AbsoluteUri, server.Key], default, Provider.Now);
        (run.Output + run.Errors).Trim().ShouldBe("all 11 checks passed");
    }
}
