using Parley.Conversation.Audio;
using Parley.Conversation.Providers;
using Parley.Conversation.Stt;
using Parley.Conversation.Stt.Deepgram;
using Parley.Providers.Server;
using Parley.Providers.Server.Deepgram;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Parley.Providers.Tests.Deepgram;

/// <summary>A call with the local Deepgram: says words in the server's language and collects what is heard.</summary>
internal sealed class Speech : IAsyncDisposable
{
    public const int WordMs = 300;
    public const int GapMs = 100;
    public static readonly string[] Vocabulary = ["my", "card", "is", "four", "one", "thanks", "table", "for", "two", "please"];

    private readonly Lock gate = new();
    private readonly List<TranscriptEvent> events = [];
    private readonly Changes changes = new();

    private Speech(DeepgramServer server, DeepgramOptions options, TimeProvider clock)
    {
        Server = server;
        Recogniser = new DeepgramSpeechToText(Options.Create(options), clock, NullLogger<DeepgramSpeechToText>.Instance);
    }

    public DeepgramServer Server { get; }

    public DeepgramSpeechToText Recogniser { get; }

    public ISpeechToTextStream Stream { get; private set; } = null!;

    public CallMeter Meter { get; } = new();

    public IReadOnlyList<TranscriptEvent> Events
    {
        get
        {
            lock (gate)
                return [.. events];
        }
    }

    public static async Task<Speech> StartAsync(
        DeepgramBehaviour? behaviour = null, Action<DeepgramOptions>? change = null, TimeProvider? clock = null, Action<DeepgramServer>? prepare = null,
        bool open = true)
    {
        var server = await DeepgramServer.StartAsync(clock);
        server.Vocabulary = Vocabulary;
        server.Behaviour = behaviour ?? new DeepgramBehaviour();
        prepare?.Invoke(server);
        var options = new DeepgramOptions { ApiKey = DeepgramServer.Key, BaseUrl = server.Address, FinalizeDeadlineMs = 5000 };
        change?.Invoke(options);
        var speech = new Speech(server, options, clock ?? TimeProvider.System);
        if (open)
            speech.Open();
        return speech;
    }

    public SpeechToTextOptions Call(string language = "en-US", ProviderChoice? choice = null, params string[] hints) => new(language, hints, choice, Meter);

    public void Open(SpeechToTextOptions? call = null) => Stream = Recogniser.Open(call ?? Call(), Take);

    /// <summary>Speaks in frames of 20 ms, each word followed by a short gap.</summary>
    public void Say(params string[] words)
    {
        foreach (var word in words)
        {
            var code = Array.IndexOf(Vocabulary, word);
            code.ShouldBeGreaterThanOrEqualTo(0);
            Write((byte)code, WordMs);
            Pause(GapMs);
        }
    }

    public void Pause(int ms) => Write(MuLaw.Silence, ms);

    public async Task<TranscriptEvent> FinalAsync(int request)
    {
        Stream.RequestFinal(request);
        return await AnswerAsync(request);
    }

    public async Task<TranscriptEvent> AnswerAsync(int request)
    {
        await UntilAsync(() => Events.Any(e => e.Request == request));
        return Events.Single(e => e.Request == request);
    }

    public Task UntilAsync(Func<bool> holds) => changes.UntilAsync(holds);

    public async Task<DeepgramSession> SessionAsync(int number = 0)
    {
        await Server.UntilAsync(() => Server.Sessions.Count > number);
        return Server.Sessions[number];
    }

    public async ValueTask DisposeAsync()
    {
        if (Stream is not null)
            await Stream.DisposeAsync();
        await Recogniser.DisposeAsync();
        await Server.DisposeAsync();
        Server.Sessions.SelectMany(s => s.Violations).ShouldBeEmpty();
    }

    private void Take(TranscriptEvent heard)
    {
        lock (gate)
            events.Add(heard);
        changes.Tell();
    }

    private void Write(byte code, int ms)
    {
        var frame = new short[160];
        Array.Fill(frame, MuLaw.Decode(code));
        for (var i = 0; i < ms; i += 20)
            Stream.Write(frame);
    }
}
