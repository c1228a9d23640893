using Parley.Conversation.Frames;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.OpenAi;
using Parley.Conversation.Tts;
using Parley.Conversation.Tts.OpenAi;
using Parley.Providers.Server.OpenAi;

namespace Parley.Providers.Tests.OpenAi;

public sealed class SpeechTests : IAsyncLifetime
{
    private OpenAiServer server = null!;

    public async ValueTask InitializeAsync() => server = await OpenAiServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(1001)]
    [InlineData(9601)]
    public async Task No_sample_is_lost_or_split_whatever_the_pieces(int pieceBytes)
    {
        server.SpeechPieceBytes = pieceBytes;
        using var connection = Provider.Connect(server);

        var samples = await SpeakAsync(connection, new SpeechRequest("Hi.", null, "en-US"));

        samples.Length.ShouldBe(3 * SpeechEndpoint.SamplesPerChar);
        samples.ShouldBe(Enumerable.Range(0, samples.Length).Select(SpeechEndpoint.Sample));
    }

    [Fact]
    public async Task Audio_comes_before_the_clause_is_made()
    {
        using var connection = Provider.Connect(server);
        var rest = new TaskCompletionSource();
        server.Next(async context =>
        {
            context.Response.ContentType = "audio/pcm";
            await context.Response.Body.WriteAsync(new byte[] { 1, 0, 2 });
            await context.Response.Body.FlushAsync();
            await rest.Task;
            await context.Response.Body.WriteAsync(new byte[] { 0, 3, 0 });
        });
        await using var chunks = new OpenAiTextToSpeech(connection)
            .SynthesizeAsync(new SpeechRequest("Hi.", null, "en-US"), Provider.Now).GetAsyncEnumerator(Provider.Now);

        (await chunks.MoveNextAsync()).ShouldBeTrue();
        Samples(chunks.Current).ShouldBe([1]);
        rest.SetResult();
        (await chunks.MoveNextAsync()).ShouldBeTrue();
        Samples(chunks.Current).ShouldBe([2, 3]);
    }

    [Fact]
    public async Task The_request_names_voice_manner_and_language_and_characters_are_counted()
    {
        using var connection = Provider.Connect(server);
        var meter = new CallMeter();
        var choice = new ProviderChoice { Voices = new Dictionary<string, string> { ["openai"] = "cedar", ["azure"] = "x" } };

        await SpeakAsync(connection, new SpeechRequest("¿Qué \"tal\"?", "coral", "es-MX", Providers: choice, Meter: meter));
        await SpeakAsync(connection, new SpeechRequest("Hi", "Coral", "en-US"));
        await SpeakAsync(connection, new SpeechRequest("Hi", "en-us+f3", "en-US"));

        var bodies = server.Requests.Select(static r => r.Body).ToList();
        ((string?)bodies[0]["input"]).ShouldBe("¿Qué \"tal\"?");
        ((string?)bodies[0]["response_format"]).ShouldBe("pcm");
        ((string?)bodies[0]["instructions"]).ShouldNotBeNull().ShouldContain("Spanish");
        bodies.Select(static body => (string?)body["voice"]).ShouldBe(["cedar", "coral", "marin"]);
        meter.Of(UsageUnit.Characters).ShouldBe(11);
        meter.Of(UsageUnit.Requests).ShouldBe(1);
    }

    [Fact]
    public async Task The_first_models_get_no_instructions()
    {
        using var connection = Provider.Connect(server, static o => o.SpeechModel = "tts-1");

        await SpeakAsync(connection, new SpeechRequest("Hi", null, "en-US"));

        server.Requests.Single().Body.ContainsKey("instructions").ShouldBeFalse();
    }

    [Fact]
    public async Task An_unknown_voice_is_told_as_such()
    {
        using var connection = Provider.Connect(server, static o => o.Voice = "darth");

        (await FailAsync(connection, "Hi")).Kind.ShouldBe(ProviderErrorKind.UnknownModel);
    }

    [Fact]
    public async Task Audio_that_breaks_off_is_a_lost_connection_after_what_came()
    {
        using var connection = Provider.Connect(server);
        server.Next(OpenAiError.Cut("audio/pcm", new byte[4800]));
        var bytes = 0;

        var failure = await Should.ThrowAsync<ProviderException>(async () =>
        {
            await foreach (var chunk in new OpenAiTextToSpeech(connection).SynthesizeAsync(new SpeechRequest("Hi", null, "en-US"), Provider.Now))
            {
                bytes += chunk.Audio!.Bytes.Length;
                chunk.Audio.Dispose();
            }
        });

        failure.Kind.ShouldBe(ProviderErrorKind.Disconnected);
        bytes.ShouldBe(4800);
    }

    [Fact]
    public async Task A_voice_that_never_stops_is_stopped()
    {
        using var connection = Provider.Connect(server);
        server.Next(OpenAiError.Endless("audio/pcm", new byte[48_000]));

        (await FailAsync(connection, "Hi")).Kind.ShouldBe(ProviderErrorKind.TooLarge);
    }

    [Theory]
    [InlineData("text/html", "<html/>")]
    [InlineData("application/json", "{}")]
    [InlineData("audio/pcm", "")]
    public async Task What_is_not_audio_is_malformed(string type, string body)
    {
        using var connection = Provider.Connect(server);
        server.Next(OpenAiError.Body(type, body));

        (await FailAsync(connection, "Hi")).Kind.ShouldBe(ProviderErrorKind.MalformedAnswer);
    }

    [Fact]
    public async Task A_silent_server_is_left_after_its_time_and_a_text_too_long_not_sent()
    {
        using var connection = Provider.Connect(server, static o => o.TimeoutMs = 150);
        server.Next(OpenAiError.Silence());
        (await FailAsync(connection, "Hi")).Kind.ShouldBe(ProviderErrorKind.Timeout);
        (await FailAsync(connection, new string('a', 4097))).Kind.ShouldBe(ProviderErrorKind.BadRequest);
        (await SpeakAsync(connection, new SpeechRequest(" ", null, "en-US"))).ShouldBeEmpty();
        server.Requests.Count.ShouldBe(1);
    }

    private static async Task<short[]> SpeakAsync(OpenAiConnection connection, SpeechRequest request)
    {
        var samples = new List<short>();
        await foreach (var chunk in new OpenAiTextToSpeech(connection).SynthesizeAsync(request, Provider.Now))
            samples.AddRange(Samples(chunk));
        return [.. samples];
    }

    private static Task<ProviderException> FailAsync(OpenAiConnection connection, string text) =>
        Should.ThrowAsync<ProviderException>(() => SpeakAsync(connection, new SpeechRequest(text, null, "en-US")));

    private static short[] Samples(SpeechChunk chunk)
    {
        using var audio = chunk.Audio.ShouldNotBeNull();
        audio.Format.ShouldBe(new AudioFormat(AudioEncoding.Pcm16, 24_000));
        return audio.Samples.ToArray();
    }
}
