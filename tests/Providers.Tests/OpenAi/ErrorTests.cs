using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Parley.Conversation.Llm;
using Parley.Conversation.Llm.OpenAi;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.OpenAi;
using Parley.Providers.Server.OpenAi;

namespace Parley.Providers.Tests.OpenAi;

public sealed class ErrorTests : IAsyncLifetime
{
    private OpenAiServer server = null!;

    public async ValueTask InitializeAsync() => server = await OpenAiServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData(401, "invalid_request_error", "invalid_api_key", null, ProviderErrorKind.Unauthorized)]
    [InlineData(403, "request_forbidden", "unsupported_country_region_territory", null, ProviderErrorKind.Unauthorized)]
    [InlineData(402, "unknown_error", "invalid_request_error", null, ProviderErrorKind.QuotaExceeded)]
    [InlineData(429, "insufficient_quota", "insufficient_quota", null, ProviderErrorKind.QuotaExceeded)]
    [InlineData(429, "requests", "rate_limit_exceeded", null, ProviderErrorKind.RateLimited)]
    [InlineData(429, "tokens", null, null, ProviderErrorKind.RateLimited)]
    [InlineData(404, "invalid_request_error", "model_not_found", null, ProviderErrorKind.UnknownModel)]
    [InlineData(400, "invalid_request_error", null, "model", ProviderErrorKind.UnknownModel)]
    [InlineData(400, "invalid_request_error", "content_filter", null, ProviderErrorKind.ContentFiltered)]
    [InlineData(400, "invalid_request_error", "context_length_exceeded", "messages", ProviderErrorKind.BadRequest)]
    [InlineData(400, "invalid_request_error", null, "language", ProviderErrorKind.UnsupportedLanguage)]
    [InlineData(422, "invalid_request_error", null, null, ProviderErrorKind.BadRequest)]
    [InlineData(408, "server_error", null, null, ProviderErrorKind.Timeout)]
    [InlineData(409, "server_error", null, null, ProviderErrorKind.Unavailable)]
    [InlineData(500, "server_error", null, null, ProviderErrorKind.Unavailable)]
    [InlineData(503, "server_error", "overloaded", null, ProviderErrorKind.Unavailable)]
    public async Task A_refusal_is_told_by_its_kind_and_asked_once(int status, string type, string? code, string? param, ProviderErrorKind expected)
    {
        server.Next(OpenAiError.Of(status, type, code, "It said \"my secret words\" with sk-12345678.", param));

        var failure = await FailAsync();

        failure.Kind.ShouldBe(expected);
        failure.Message.ShouldNotContain("secret");
        failure.Message.ShouldNotContain("sk-");
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_wrong_key_is_refused_and_not_repeated()
    {
        var failure = await FailAsync(static o => o.ApiKey = "sk-wrong-key-0123456");

        failure.Kind.ShouldBe(ProviderErrorKind.Unauthorized);
        failure.Message.ShouldBe("openai: HTTP 401 (invalid_api_key, invalid_request_error).");
        failure.IsRetryable.ShouldBeFalse();
    }

    [Theory]
    [InlineData("retry-after", "3", 3000)]
    [InlineData("retry-after-ms", "250", 250)]
    [InlineData("retry-after", "-5", null)]
    [InlineData("retry-after", "soon", null)]
    public async Task A_rate_limit_says_how_long(string header, string value, int? expectedMs)
    {
        server.Next(OpenAiError.Of(429, "requests", "rate_limit_exceeded", headers: (header, value)));

        (await FailAsync()).RetryAfter?.TotalMilliseconds.ShouldBe(expectedMs!.Value);
        server.Next(OpenAiError.Of(429, "requests", "rate_limit_exceeded", headers: (header, value)));
        (await FailAsync()).RetryAfter.HasValue.ShouldBe(expectedMs is not null);
    }

    [Fact]
    public async Task A_wrong_address_is_not_an_unknown_model()
    {
        (await FailAsync(o => o.BaseAddress = new Uri(server.BaseAddress, "v2"))).Kind.ShouldBe(ProviderErrorKind.BadRequest);
        (await FailAsync(static o => o.Model = "gpt-9")).Kind.ShouldBe(ProviderErrorKind.UnknownModel);
    }

    [Fact]
    public async Task A_refused_key_and_a_clock_far_off_mean_the_clock()
    {
        server.Next(OpenAiError.Of(401, "invalid_request_error", "token_expired", headers: ("Date", "Thu, 01 Jan 2026 00:00:00 GMT")));

        var failure = await FailAsync(clock: new StandingAt(new DateTimeOffset(2026, 1, 1, 0, 10, 0, TimeSpan.Zero)));

        failure.Kind.ShouldBe(ProviderErrorKind.ClockSkew);
        failure.Message.ShouldContain("+10 minutes");
    }

    [Fact]
    public async Task A_held_back_answer_is_filtered()
    {
        server.Chats.Enqueue(new ChatScript().Finish("content_filter"));

        (await FailAsync()).Kind.ShouldBe(ProviderErrorKind.ContentFiltered);
    }

    [Theory]
    [InlineData("data: {\"id\":", ProviderErrorKind.MalformedAnswer)]
    [InlineData("data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"insufficient_system_resource\"}]}", ProviderErrorKind.MalformedAnswer)]
    [InlineData("data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":{}}}]}}]}", ProviderErrorKind.MalformedAnswer)]
    [InlineData("data: {\"error\":{\"message\":\"The server had an error\",\"type\":\"server_error\",\"code\":null}}", ProviderErrorKind.Unavailable)]
    [InlineData("event: error\ndata: {\"error\":{\"message\":\"slow down\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}", ProviderErrorKind.RateLimited)]
    public async Task A_fault_in_the_middle_of_a_stream_comes_after_the_words_before_it(string text, ProviderErrorKind expected)
    {
        server.Chats.Enqueue(new ChatScript().Say("So").Event(text).Say("never heard"));
        using var connection = Provider.Connect(server);
        var heard = "";

        var failure = await Should.ThrowAsync<ProviderException>(async () =>
        {
            await foreach (var one in new OpenAiLanguageModel(connection).CompleteAsync(Provider.Ask("hi"), Provider.Now))
                heard += (one as ModelEvent.Text)?.Delta;
        });

        failure.Kind.ShouldBe(expected);
        heard.ShouldBe("So");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_breaks_or_ends_in_the_middle_of_a_word_is_a_lost_connection_after_what_came(bool cut)
    {
        var script = new ChatScript().Say("So we").Call("a", "book", "{\"d\":");
        server.Chats.Enqueue(cut ? script.Cut() : script.Stop());
        using var connection = Provider.Connect(server);
        var events = new List<ModelEvent>();

        var failure = await Should.ThrowAsync<ProviderException>(async () =>
        {
            await foreach (var one in new OpenAiLanguageModel(connection).CompleteAsync(Provider.Ask("hi"), Provider.Now))
                events.Add(one);
        });

        failure.Kind.ShouldBe(ProviderErrorKind.Disconnected);
        events.ShouldBe([new ModelEvent.Text("So we")]);
    }

    [Theory]
    [InlineData("text/html", "<html>Sign in to the wireless network</html>")]
    [InlineData("application/json", "{\"choices\":[]}")]
    [InlineData("text/event-stream", "")]
    public async Task An_answer_that_is_no_stream_of_events_is_malformed(string type, string body)
    {
        server.Next(OpenAiError.Body(type, body));

        (await FailAsync()).Kind.ShouldBe(ProviderErrorKind.MalformedAnswer);
    }

    [Fact]
    public async Task An_error_that_is_no_JSON_is_told_by_its_status()
    {
        server.Next(OpenAiError.Body("text/html", "<h1>Bad gateway</h1>", 502));

        (await FailAsync()).Message.ShouldBe("openai: HTTP 502.");
    }

    [Fact]
    public async Task A_slow_server_is_left_after_its_time()
    {
        server.Next(OpenAiError.Silence());
        (await FailAsync(static o => o.TimeoutMs = 150)).Kind.ShouldBe(ProviderErrorKind.Timeout);

        server.Chats.Enqueue(new ChatScript().Say("So").Wait(new TaskCompletionSource().Task));
        (await FailAsync(static o => o.TimeoutMs = 150)).Kind.ShouldBe(ProviderErrorKind.Timeout);
    }

    [Fact]
    public async Task An_oversized_answer_is_ended()
    {
        server.Chats.Enqueue(new ChatScript().Say([.. Enumerable.Repeat(new string('x', 1000), 30)]));
        (await FailAsync()).Kind.ShouldBe(ProviderErrorKind.TooLarge);

        server.Chats.Enqueue(new ChatScript().Call("a", "b", [.. Enumerable.Repeat(new string('x', 1000), 60)]));
        (await FailAsync()).Kind.ShouldBe(ProviderErrorKind.TooLarge);

        // One event that never ends would be gathered by the library.
        server.Next(OpenAiError.Endless("text/event-stream", Encoding.UTF8.GetBytes(new string('x', 65_536))));
        (await FailAsync()).Kind.ShouldBe(ProviderErrorKind.TooLarge);
    }

    [Fact]
    public async Task Nobody_at_the_address_is_a_lost_connection()
    {
        (await FailAsync(static o => o.BaseAddress = new Uri("http://127.0.0.1:1/v1"))).Kind.ShouldBe(ProviderErrorKind.Disconnected);
        (await FailAsync(static o => o.BaseAddress = new Uri("http://nobody.invalid/v1"))).Kind.ShouldBe(ProviderErrorKind.Disconnected);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused_and_HTTP_2_used_where_one_does()
    {
        using var certificate = Certificates.SelfSigned();
        await using var secure = await OpenAiServer.StartAsync(socket => socket.UseHttps(certificate));
        var options = new OpenAiOptions { ApiKey = secure.Key, BaseAddress = secure.BaseAddress };

        using var strict = new OpenAiConnection("openai", options, TimeProvider.System);
        var failure = await Should.ThrowAsync<ProviderException>(() => Provider.ReadAsync(new OpenAiLanguageModel(strict), Provider.Ask("hi")));
        failure.Kind.ShouldBe(ProviderErrorKind.CertificateInvalid);
        secure.Requests.ShouldBeEmpty();

        using var trusting = new OpenAiConnection("openai", options, TimeProvider.System, (_, presented, _, _) => presented?.GetCertHashString() == certificate.GetCertHashString());
        await Provider.ReadAsync(new OpenAiLanguageModel(trusting), Provider.Ask("hi"));
        secure.Requests.Single().Protocol.ShouldBe("HTTP/2");
    }

    private async Task<ProviderException> FailAsync(Action<OpenAiOptions>? set = null, TimeProvider? clock = null)
    {
        using var connection = Provider.Connect(server, set, clock: clock);
        return await Should.ThrowAsync<ProviderException>(() => Provider.ReadAsync(new OpenAiLanguageModel(connection), Provider.Ask("hi")));
    }

    private sealed class StandingAt(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
