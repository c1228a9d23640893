using System.Threading.Channels;
using Parley.Conversation.Audio;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.OpenAi;
using Parley.Conversation.Stt;
using Parley.Conversation.Stt.OpenAi;
using Parley.Providers.Server.OpenAi;

namespace Parley.Providers.Tests.OpenAi;

public sealed class TranscriptionTests : IAsyncLifetime
{
    private readonly Channel<TranscriptEvent> heard = Channel.CreateUnbounded<TranscriptEvent>();
    private OpenAiServer server = null!;

    public async ValueTask InitializeAsync() => server = await OpenAiServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("gpt-4o-mini-transcribe")]
    [InlineData("whisper-1")]
    public async Task An_utterance_is_sent_as_it_was_written(string model)
    {
        server.Transcripts.Enqueue("Мне нужен столик.");
        using var connection = Provider.Connect(server, o => o.TranscriptionModel = model);
        await using var stream = Open(connection, "ru-RU", ["борщ", "Анна", "борщ"]);
        stream.Write([.. Enumerable.Range(0, 1000).Select(static i => (short)i)]);
        stream.Write([7, -8]);

        stream.RequestFinal(4);

        (await FinalAsync()).ShouldBe(new TranscriptEvent("Мне нужен столик.", true, 4));
        var request = server.Requests.Single();
        (request.Form["language"], request.Form["prompt"], request.Form["model"]).ShouldBe(("ru", "борщ, Анна", model));
        var wav = WavFile.Read(new MemoryStream(request.File));
        wav.SampleRate.ShouldBe(8000);
        request.File.Length.ShouldBe(44 + 2004);
        BitConverter.ToInt16(request.File, 44 + 2002).ShouldBe((short)-8);
    }

    [Fact]
    public async Task Text_is_guessed_while_it_comes()
    {
        server.Transcripts.Enqueue("a table for two");
        using var connection = Provider.Connect(server);
        await using var stream = Open(connection);
        stream.Write(new short[8000]);
        stream.RequestFinal(1);
        await FinalAsync(guesses =>
        {
            guesses.Select(static g => g.Text).ShouldBe(["a", "a table", "a table for", "a table for two"]);
            guesses.ShouldAllBe(static g => g.Request == -1);
        });
    }

    [Fact]
    public async Task A_newer_question_replaces_an_older_one_whose_request_is_aborted()
    {
        using var connection = Provider.Connect(server);
        var (asked, gone) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Next(async context =>
        {
            context.RequestAborted.Register(gone.SetResult);
            asked.SetResult();
            await gone.Task;
        });
        await using var stream = Open(connection);
        stream.Write(new short[8000]);
        stream.RequestFinal(1);
        await asked.Task.WaitAsync(Provider.Now);
        stream.Write(new short[8000]);
        stream.RequestFinal(2);

        (await FinalAsync()).Request.ShouldBe(2);
        await gone.Task.WaitAsync(Provider.Now);
        heard.Reader.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_commit_forgets_the_audio_and_hardly_any_is_nothing()
    {
        using var connection = Provider.Connect(server);
        await using var stream = Open(connection);
        stream.Write(new short[8000]);
        stream.Commit();
        stream.Write(new short[OpenAiTranscriptionStream.LeastSamples - 1]);
        stream.RequestFinal(1);

        (await FinalAsync()).ShouldBe(new TranscriptEvent("", true, 1));
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_minute_is_kept()
    {
        using var connection = Provider.Connect(server);
        await using var stream = Open(connection);
        for (var second = 0; second < 70; second++)
            stream.Write(new short[8000]);
        stream.RequestFinal(1);
        await FinalAsync();

        (server.Requests.Single().File.Length - 44).ShouldBeInRange(58 * 16_000, OpenAiTranscriptionStream.MostSamples * 2);
    }

    [Fact]
    public async Task Use_is_counted()
    {
        using var connection = Provider.Connect(server);
        var meter = new CallMeter();
        await using var stream = new OpenAiSpeechToText(connection).Open(new SpeechToTextOptions("en-US", [], Meter: meter), e => heard.Writer.TryWrite(e));
        stream.Write(new short[12_000]);
        stream.RequestFinal(1);
        await FinalAsync();

        (meter.Of(UsageUnit.AudioMs), meter.Of(UsageUnit.InputTokens), meter.Of(UsageUnit.OutputTokens), meter.Of(UsageUnit.Requests)).ShouldBe((1500, 14, 3, 1));
    }

    [Fact]
    public async Task Failures_answer_the_question_and_the_next_one_may_succeed()
    {
        using var connection = Provider.Connect(server, static o => o.TimeoutMs = 200);
        await using var stream = Open(connection, "xx-XX");
        stream.Write(new short[8000]);

        await FailsAsync(1, null, "unsupported_language");
        await FailsAsync(2, OpenAiError.Of(429, "insufficient_quota", "insufficient_quota"), "insufficient_quota");
        await FailsAsync(3, OpenAiError.Cut("text/event-stream", "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hal\"}\n\n"u8.ToArray()), "broke");
        await FailsAsync(4, OpenAiError.Body("text/html", "<html/>"), "not a stream");
        await FailsAsync(5, OpenAiError.Body("text/event-stream", "data: {\"type\":\n\n"), "could not be read");
        await FailsAsync(6, OpenAiError.Silence(), "in time");
        server.Languages.Add("xx");
        stream.RequestFinal(7);
        (await FinalAsync()).ShouldBe(new TranscriptEvent("Hello there.", true, 7));

        async Task FailsAsync(int request, Func<Microsoft.AspNetCore.Http.HttpContext, Task>? answer, string why)
        {
            if (answer is not null)
                server.Next(answer);
            stream.RequestFinal(request);
            var failed = await FinalAsync();
            (failed.Request, failed.Text).ShouldBe((request, ""));
            failed.Error.ShouldNotBeNull().ShouldContain(why);
        }
    }

    [Fact]
    public async Task Nothing_is_heard_after_the_end()
    {
        using var connection = Provider.Connect(server);
        var (asked, gone) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Next(async context =>
        {
            context.RequestAborted.Register(gone.SetResult);
            asked.SetResult();
            await gone.Task;
        });
        var stream = Open(connection);
        stream.Write(new short[8000]);
        stream.RequestFinal(1);
        await asked.Task.WaitAsync(Provider.Now);

        await stream.DisposeAsync();

        await gone.Task.WaitAsync(Provider.Now);
        heard.Reader.TryRead(out _).ShouldBeFalse();
        Should.Throw<ObjectDisposedException>(() => stream.RequestFinal(2));
    }

    private ISpeechToTextStream Open(OpenAiConnection connection, string language = "en-US", string[]? hints = null) =>
        new OpenAiSpeechToText(connection).Open(new SpeechToTextOptions(language, hints ?? []), e => heard.Writer.TryWrite(e));

    private async Task<TranscriptEvent> FinalAsync(Action<List<TranscriptEvent>>? check = null)
    {
        var guesses = new List<TranscriptEvent>();
        while (true)
        {
            var next = await heard.Reader.ReadAsync(Provider.Now);
            if (next.IsFinal)
            {
                check?.Invoke(guesses);
                return next;
            }

            guesses.Add(next);
        }
    }
}
