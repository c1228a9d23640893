using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Llm;
using Parley.Conversation.Providers;
using Parley.Conversation.Sts;
using Parley.Conversation.Sts.OpenAi;
using Parley.Providers.Server;
using Parley.Providers.Server.OpenAi;

namespace Parley.Providers.Tests.OpenAi.Realtime;

/// <summary>Our side of a session: what it told, and what a call would tell it.</summary>
internal sealed class Session : IAsyncDisposable
{
    private const byte Loud = 0x80;
    private const byte Quiet = 0xff;

    private readonly Changes changes = new();
    private readonly ConcurrentQueue<SpeechEvent> events = new();
    private readonly List<byte> audio = [];
    private readonly ISpeechToSpeechSession session;

    private Session(OpenAiRealtime model, SpeechToSpeechOptions options)
    {
        session = model.Open(options, (e, sound) =>
        {
            if (sound is not null)
            {
                lock (audio)
                    audio.AddRange(sound.Bytes);
                sound.Dispose();
            }

            events.Enqueue(e);
            changes.Tell();
            return ValueTask.CompletedTask;
        });
    }

    public static OpenAiRealtime Model(OpenAiServer server, Action<RealtimeOptions>? set = null, TimeProvider? clock = null)
    {
        var options = new RealtimeOptions { ApiKey = server.Key, BaseAddress = server.BaseAddress };
        set?.Invoke(options);
        return new OpenAiRealtime(options, clock ?? TimeProvider.System, NullLogger<OpenAiRealtime>.Instance);
    }

    public static SpeechToSpeechOptions Options(CallMeter? meter = null, ProviderChoice? choice = null, IReadOnlyList<HistoryEntry>? history = null) => new()
    {
        Instructions = "Be brief.",
        Language = "en-US",
        Tools = [new ModelTool("note", "Note it.", new JsonObject { ["type"] = "object", ["properties"] = new JsonObject() })],
        Meter = meter,
        Providers = choice,
        History = history ?? [],
    };

    public static Session Open(OpenAiRealtime model, SpeechToSpeechOptions? options = null) => new(model, options ?? Options());

    /// <summary>What was told, in order.</summary>
    public IReadOnlyList<SpeechEvent> Events => [.. events];

    /// <summary>All sound that came.</summary>
    public byte[] Audio
    {
        get
        {
            lock (audio)
                return [.. audio];
        }
    }

    public ISpeechToSpeechSession Speech => session;

    /// <summary>The first event of a kind, once it is there.</summary>
    public async Task<T> UntilAsync<T>(Func<T, bool>? which = null)
        where T : SpeechEvent
    {
        await changes.UntilAsync(() => events.OfType<T>().Any(e => which?.Invoke(e) ?? true));
        return events.OfType<T>().First(e => which?.Invoke(e) ?? true);
    }

    /// <summary>So many milliseconds of sound or silence, in frames of 20 ms.</summary>
    public void Hear(int ms, bool isLoud)
    {
        var frame = new byte[160];
        frame.AsSpan().Fill(isLoud ? Loud : Quiet);
        for (var done = 0; done < ms; done += 20)
            session.Hear(frame);
    }

    public ValueTask DisposeAsync() => session.DisposeAsync();
}
