using Microsoft.AspNetCore.Server.Kestrel.Core;
using Parley.Providers.Server.Azure;
using Parley.Providers.Server.ElevenLabs;
using Parley.Providers.Server.OpenAi;

namespace Parley.ProviderBench;

/// <summary>
/// The providers of one installation on this machine, as fast as real ones: a phrase 350 ms after the end of speech, a first token after 375 ms, the
/// first sound after 100 ms, and 150 ms for a new connection (TCP and TLS 1.3 over 50 ms there and back).
/// </summary>
internal sealed class Vendors : IAsyncDisposable
{
    /// <summary>From the end of the sound to the text.</summary>
    public static readonly TimeSpan Phrase = TimeSpan.FromMilliseconds(350);

    /// <summary>From the request to the first token.</summary>
    public static readonly TimeSpan FirstToken = TimeSpan.FromMilliseconds(375);

    /// <summary>From the request to the first sound.</summary>
    public static readonly TimeSpan FirstSound = TimeSpan.FromMilliseconds(100);

    /// <summary>What a new connection costs.</summary>
    public static readonly TimeSpan Connect = TimeSpan.FromMilliseconds(150);

    private static readonly TimeSpan Token = TimeSpan.FromMilliseconds(15);
    private int connections;

    private Vendors()
    {
    }

    /// <summary>First recogniser and first voice.</summary>
    public AzureServer Azure { get; } = new() { PhraseAfterSound = Phrase, SynthesisDelay = FirstSound, SynthesisChunkBytes = 800 };

    /// <summary>First model and second recogniser.</summary>
    public OpenAiServer OpenAi { get; private set; } = null!;

    /// <summary>Second model.</summary>
    public OpenAiServer Second { get; private set; } = null!;

    /// <summary>Second voice.</summary>
    public ElevenLabsServer ElevenLabs { get; private set; } = null!;

    /// <summary>Connections that were opened.</summary>
    public int Connections => connections;

    /// <summary>Starts them.</summary>
    public static async Task<Vendors> StartAsync()
    {
        var vendors = new Vendors();
        await vendors.Azure.StartAsync(vendors.Listen);
        vendors.OpenAi = await OpenAiServer.StartAsync(vendors.Listen);
        vendors.Second = await OpenAiServer.StartAsync(vendors.Listen);
        vendors.ElevenLabs = await ElevenLabsServer.StartAsync(vendors.Listen);
        vendors.ElevenLabs.Behaviour = new ElevenLabsBehaviour { Delay = FirstSound };
        vendors.OpenAi.TranscriptionDelay = Phrase;
        vendors.OpenAi.Answer = vendors.Second.Answer = static () => Answer(FirstToken);
        return vendors;
    }

    /// <summary>An answer of a model, token by token.</summary>
    public static ChatScript Answer(TimeSpan first)
    {
        var script = new ChatScript().Delay(first);
        foreach (var token in (string[])["Of", " course", ".", " Is", " that", " all", "?"])
            script = script.Say(token).Delay(Token);
        return script;
    }

    /// <summary>The recognisers hear this text next, as often as they are asked for it.</summary>
    public void Expect(string text, int times = 1)
    {
        Azure.Script.Clear();
        OpenAi.Transcripts.Clear();
        for (var i = 0; i < times; i++)
        {
            Azure.Script.Enqueue(text);
            OpenAi.Transcripts.Enqueue(text);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Azure.DisposeAsync();
        await OpenAi.DisposeAsync();
        await Second.DisposeAsync();
        await ElevenLabs.DisposeAsync();
    }

    private void Listen(ListenOptions socket) => socket.Use(next => async connection =>
    {
        Interlocked.Increment(ref connections);
        await Task.Delay(Connect, TimeProvider.System);
        await next(connection);
    });
}
