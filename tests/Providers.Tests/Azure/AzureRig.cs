using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.Azure;
using Parley.Conversation.Stt;
using Parley.Conversation.Stt.Azure;
using Parley.Conversation.Tts.Azure;
using Parley.Providers.Server.Azure;

namespace Parley.Providers.Tests.Azure;

/// <summary>A local Azure Speech and one call's recognition against it.</summary>
internal sealed class AzureRig : IAsyncDisposable
{
    /// <summary>Only a broken test waits as long as this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly List<TranscriptEvent> events = [];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AzureRig(AzureServer server, AzureSpeechOptions options, TimeProvider clock)
    {
        Server = server;
        Options = options;
        Clock = clock;
        Recogniser = new AzureSpeechToText(Microsoft.Extensions.Options.Options.Create(options), clock, NullLogger<AzureSpeechToText>.Instance);
    }

    public AzureServer Server { get; }

    public AzureSpeechOptions Options { get; }

    public TimeProvider Clock { get; }

    public AzureSpeechToText Recogniser { get; }

    public CallMeter Meter { get; } = new();

    public ISpeechToTextStream Stream { get; private set; } = null!;

    public IReadOnlyList<TranscriptEvent> Events
    {
        get
        {
            lock (gate)
                return [.. events];
        }
    }

    /// <summary>A server that hears the words of the sentences.</summary>
    public static async Task<AzureRig> StartAsync(
        string sentences = "", Action<AzureSpeechOptions>? configure = null, TimeProvider? clock = null, params AzureFault?[] faults)
    {
        var server = await new AzureServer { Vocabulary = new ToneSpeech(sentences) }.StartAsync();
        foreach (var fault in faults)
            server.Faults.Enqueue(fault);

        // Generous deadlines: a busy machine must not change what is heard.
        var options = new AzureSpeechOptions
        {
            Key = server.Key, Endpoint = server.Address, RetryDelayMs = 0, BestGuessAfterMs = 10_000, FinalDeadlineMs = 10_000, ConnectTimeoutMs = 20_000,
            FirstSoundMs = 20_000, StallMs = 20_000,
        };
        configure?.Invoke(options);
        return new AzureRig(server, options, clock ?? TimeProvider.System);
    }

    public AzureTextToSpeech Voice() =>
        new(Microsoft.Extensions.Options.Options.Create(Options), Clock, NullLogger<AzureTextToSpeech>.Instance);

    public AzureRig Open(string language = "en-US", ProviderChoice? providers = null, params string[] hints)
    {
        Stream = Recogniser.Open(new SpeechToTextOptions(language, hints, providers, Meter), Take);
        return this;
    }

    /// <summary>Speaks as the loop hands audio over: 20 ms at a time, then the silence at which the text is asked for.</summary>
    public void Say(string sentence, int silenceMs = 120, int frame = 160)
    {
        short[] audio = [.. Server.Vocabulary!.Speak(sentence), .. new short[silenceMs * 8]];
        foreach (var piece in audio.Chunk(frame))
            Stream.Write(piece);
    }

    public async Task<TranscriptEvent> AskAsync(int request)
    {
        Stream.RequestFinal(request);
        return await FinalAsync(request);
    }

    public Task<TranscriptEvent> FinalAsync(int request) => UntilAsync(e => e.IsFinal && e.Request == request);

    /// <summary>The first event of a kind, now or later.</summary>
    public async Task<TranscriptEvent> UntilAsync(Func<TranscriptEvent, bool> wanted)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                foreach (var one in events)
                {
                    if (wanted(one))
                        return one;
                }

                next = changed.Task;
            }

            await next.WaitAsync(Patience);
        }
    }

    /// <summary>Waits for something on the server that no event tells of.</summary>
    public static async Task UntilAsync(Func<bool> holds)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            (TimeProvider.System.GetElapsedTime(start) < Patience).ShouldBeTrue("what was waited for did not come");
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Stream is not null)
            await Stream.DisposeAsync();
        Recogniser.Dispose();
        await Server.DisposeAsync();
    }

    private void Take(TranscriptEvent heard)
    {
        TaskCompletionSource done;
        lock (gate)
        {
            events.Add(heard);
            done = changed;
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        done.TrySetResult();
    }
}
