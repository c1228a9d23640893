using System.Net.WebSockets;
using Microsoft.AspNetCore.Hosting;
using Parley.Conversation.Providers;
using Parley.Conversation.Sts;
using Parley.Conversation.Sts.OpenAi;
using Parley.Providers.Server.OpenAi;
using Parley.Providers.Server.OpenAi.Realtime;

namespace Parley.Providers.Tests.OpenAi.Realtime;

/// <summary>Each way a session can be refused or end, and what it is told as.</summary>
public sealed class SessionFailureTests
{
    [Theory]
    [InlineData(401, ProviderErrorKind.Unauthorized)]
    [InlineData(403, ProviderErrorKind.Unauthorized)]
    [InlineData(402, ProviderErrorKind.QuotaExceeded)]
    [InlineData(404, ProviderErrorKind.UnknownModel)]
    [InlineData(400, ProviderErrorKind.BadRequest)]
    [InlineData(500, ProviderErrorKind.Unavailable)]
    [InlineData(503, ProviderErrorKind.Unavailable)]
    public async Task A_connection_that_is_refused(int status, ProviderErrorKind kind)
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Next(OpenAiError.Of(status, "invalid_request_error"));
        (await FailAsync(server)).Kind.ShouldBe(kind);
    }

    [Fact]
    public async Task Too_many_sessions_are_refused_with_the_time_to_wait()
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Next(OpenAiError.Of(429, "requests", "rate_limit_exceeded", "Slow down.", null, ("Retry-After", "7")));
        var failure = await FailAsync(server);
        (failure.Kind, failure.RetryAfter).ShouldBe((ProviderErrorKind.RateLimited, TimeSpan.FromSeconds(7)));
    }

    [Fact]
    public async Task A_wrong_key_is_refused_and_not_told()
    {
        await using var server = await OpenAiServer.StartAsync();
        var failure = await FailAsync(server, o => o.ApiKey = "sk-wrong-0123456789");
        failure.Kind.ShouldBe(ProviderErrorKind.Unauthorized);
        failure.ToString().ShouldNotContain("sk-wrong");
    }

    [Fact]
    public async Task A_clock_that_is_wrong_is_told_from_a_wrong_key()
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Next(OpenAiError.Of(401, "invalid_request_error", "invalid_api_key", "No.", null, ("Date", "Mon, 05 Jan 2026 10:00:00 GMT")));
        (await FailAsync(server)).Kind.ShouldBe(ProviderErrorKind.ClockSkew);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for()
    {
        using var certificate = Certificates.SelfSigned();
        await using var server = await OpenAiServer.StartAsync(socket => socket.UseHttps(certificate));
        (await FailAsync(server)).Kind.ShouldBe(ProviderErrorKind.CertificateInvalid);
    }

    [Fact]
    public async Task Nobody_listens()
    {
        var server = await OpenAiServer.StartAsync();
        await server.DisposeAsync();
        (await FailAsync(server)).Kind.ShouldBe(ProviderErrorKind.Disconnected);
    }

    [Fact]
    public async Task A_server_that_takes_the_connection_and_stays_silent()
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Next(OpenAiError.Silence());
        (await FailAsync(server, o => o.ConnectTimeoutMs = 150)).Kind.ShouldBe(ProviderErrorKind.Timeout);
    }

    [Fact]
    public async Task A_model_that_does_not_exist()
    {
        await using var server = await OpenAiServer.StartAsync();
        (await FailAsync(server, o => o.Model = "gpt-nothing")).Kind.ShouldBe(ProviderErrorKind.UnknownModel);
    }

    [Fact]
    public async Task A_voice_that_does_not_exist()
    {
        await using var server = await OpenAiServer.StartAsync();
        (await FailAsync(server, o => o.Voice = "nobody")).Kind.ShouldBe(ProviderErrorKind.UnknownModel);
    }

    [Fact]
    public async Task The_hour_is_over()
    {
        await using var server = await OpenAiServer.StartAsync();
        var failure = await FailAsync(server, then: session => session.ExpireAsync());
        failure.Kind.ShouldBe(ProviderErrorKind.Disconnected);
        failure.Message.ShouldContain("session_expired");
    }

    [Theory]
    [InlineData("server_error", null, ProviderErrorKind.Unavailable)]
    [InlineData("insufficient_quota", "insufficient_quota", ProviderErrorKind.QuotaExceeded)]
    [InlineData("invalid_request_error", "rate_limit_exceeded", ProviderErrorKind.RateLimited)]
    [InlineData("invalid_request_error", "invalid_api_key", ProviderErrorKind.Unauthorized)]
    public async Task An_error_that_ends_the_session(string type, string? code, ProviderErrorKind kind)
    {
        await using var server = await OpenAiServer.StartAsync();
        var failure = await FailAsync(server, then: session => session.ErrorAsync(type, code, "Secret words of a caller.", null, null));
        failure.Kind.ShouldBe(kind);
        failure.Message.ShouldNotContain("Secret");
    }

    [Fact]
    public async Task A_connection_that_breaks()
    {
        await using var server = await OpenAiServer.StartAsync();
        var failure = await FailAsync(server, then: session =>
        {
            session.Cut();
            return Task.CompletedTask;
        });
        failure.Kind.ShouldBe(ProviderErrorKind.Disconnected);
    }

    [Fact]
    public async Task A_connection_that_the_server_closes()
    {
        await using var server = await OpenAiServer.StartAsync();
        var failure = await FailAsync(server, then: session => session.CloseAsync(WebSocketCloseStatus.EndpointUnavailable));
        (failure.Kind, failure.Message).ShouldBe((ProviderErrorKind.Disconnected, "openai-realtime: The server closed the session (1001)."));
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("[1]")]
    [InlineData("""{"type":"response.output_audio.delta","response_id":"r","item_id":"i","delta":"%%%"}""")]
    [InlineData("{\"type\":\"response.output_audio.delta\",\"response_id\":\"r\",\"delta\":\"AAA")]
    [InlineData("""{"type":"response.created"}""")]
    [InlineData("""{"type":"input_audio_buffer.speech_started","audio_start_ms":"soon"}""")]
    [InlineData("""{"type":"response.done","response":{"id":"r","status":"completed","output":7}}""")]
    public async Task A_message_that_is_not_as_documented(string message)
    {
        await using var server = await OpenAiServer.StartAsync();
        (await FailAsync(server, then: session => session.SendRawAsync(message))).Kind.ShouldBe(ProviderErrorKind.MalformedAnswer);
    }

    [Fact]
    public async Task A_message_without_end()
    {
        await using var server = await OpenAiServer.StartAsync();
        var failure = await FailAsync(server, then: async session =>
        {
            try
            {
                await session.SendRawAsync($$"""{"type":"x","y":"{{new string('z', 5_000_000)}}"}""");
            }
            catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
            {
                // The client has left in the middle of it.
            }
        });
        failure.Kind.ShouldBe(ProviderErrorKind.TooLarge);
    }

    [Fact]
    public async Task Events_that_nobody_knows_are_passed_over()
    {
        await using var server = await OpenAiServer.StartAsync();
        await using var model = Session.Model(server);
        await using var session = Session.Open(model);
        await session.UntilAsync<SpeechEvent.Alive>();
        await server.RealtimeSessions.Single().SendRawAsync("""{"type":"something.new","response_id":{"x":[1,2]},"delta":7}""");
        session.Speech.Respond(1, "[Go.]");
        await session.UntilAsync<SpeechEvent.AnswerDone>();

        session.Events.OfType<SpeechEvent.Failed>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("tokens", "rate_limit_exceeded", ProviderErrorKind.RateLimited)]
    [InlineData("insufficient_quota", "insufficient_quota", ProviderErrorKind.QuotaExceeded)]
    [InlineData("server_error", "", ProviderErrorKind.Unavailable)]
    public async Task An_answer_that_fails(string type, string code, ProviderErrorKind kind)
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Answers.Enqueue(new RealtimeScript().Fail(type, code));
        (await AnswerAsync(server)).Failure!.Kind.ShouldBe(kind);
    }

    [Theory]
    [InlineData("content_filter", ProviderErrorKind.ContentFiltered)]
    [InlineData("max_output_tokens", null)]
    public async Task An_answer_that_stops_early(string reason, ProviderErrorKind? kind)
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Answers.Enqueue(new RealtimeScript().Say("Well").Incomplete(reason));
        (await AnswerAsync(server)).Failure?.Kind.ShouldBe(kind!.Value);
    }

    [Fact]
    public async Task A_line_that_does_not_keep_up()
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Next(OpenAiError.Silence());
        await using var model = Session.Model(server, o => o.ConnectTimeoutMs = 30_000);
        await using var session = Session.Open(model);
        session.Hear(5100, isLoud: false);
        var failure = (await session.UntilAsync<SpeechEvent.Failed>()).Failure;
        (failure.Kind, failure.Message).ShouldBe((ProviderErrorKind.Timeout, "openai-realtime: The session does not keep up with the call."));
    }

    [Fact]
    public async Task A_session_that_is_over_tells_nothing_more()
    {
        await using var server = await OpenAiServer.StartAsync();
        await using var model = Session.Model(server);
        var session = Session.Open(model);
        await session.UntilAsync<SpeechEvent.Alive>();
        await session.DisposeAsync();
        await server.Changes.UntilAsync(() => server.RealtimeSessions.Single().IsOver);
        session.Hear(100, isLoud: true);
        session.Speech.Respond(1, "[Go.]");

        session.Events.OfType<SpeechEvent.Failed>().ShouldBeEmpty();
    }

    private static async Task<ProviderException> FailAsync(
        OpenAiServer server, Action<RealtimeOptions>? set = null, Func<Server.OpenAi.Realtime.RealtimeSession, Task>? then = null)
    {
        await using var model = Session.Model(server, set);
        await using var session = Session.Open(model);
        if (then is not null)
        {
            await session.UntilAsync<SpeechEvent.Alive>();
            await then(server.RealtimeSessions.Single());
        }

        var failed = await session.UntilAsync<SpeechEvent.Failed>();
        session.Events.OfType<SpeechEvent.Failed>().Count().ShouldBe(1);
        failed.Failure.Provider.ShouldBe("openai-realtime");
        return failed.Failure;
    }

    private static async Task<SpeechEvent.AnswerDone> AnswerAsync(OpenAiServer server)
    {
        await using var model = Session.Model(server);
        await using var session = Session.Open(model);
        session.Speech.Respond(1, "[Go.]");
        return await session.UntilAsync<SpeechEvent.AnswerDone>();
    }
}
