using Microsoft.Extensions.Logging;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Sts.OpenAi;

/// <summary>
/// OpenAI's Realtime API (GA) over WebSocket: mu-law in both directions, the server's own turn detection. Sessions are opened while the telephone
/// rings and told about the call when it is answered.
/// </summary>
public sealed class OpenAiRealtime : ISpeechToSpeech, IPrewarmed, IAsyncDisposable
{
    private static readonly Uri DefaultAddress = new("https://api.openai.com/v1");

    private readonly WarmConnections<RealtimeSocket> warm;
    private readonly ILogger log;

    /// <summary>Makes it; nothing is opened yet.</summary>
    public OpenAiRealtime(RealtimeOptions options, TimeProvider clock, ILogger<OpenAiRealtime> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Clock = clock;
        this.log = log;
        warm = new WarmConnections<RealtimeSocket>(options.MostWarm, TimeSpan.FromSeconds(options.WarmSeconds), clock);
    }

    /// <inheritdoc/>
    public string Name => ProviderNames.OpenAiRealtime;

    /// <summary>The settings.</summary>
    internal RealtimeOptions Options { get; }

    /// <summary>The clock.</summary>
    internal TimeProvider Clock { get; }

    /// <summary>Sessions that wait for a call.</summary>
    internal int Warm => warm.Count;

    /// <inheritdoc/>
    public ISpeechToSpeechSession Open(SpeechToSpeechOptions options, SpeechEventSink sink)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new RealtimeSession(this, options, sink, log);
    }

    /// <inheritdoc/>
    public Task PrewarmAsync(ExpectedCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        var address = Address(Model(call.Providers));
        return warm.OpenAsync(address.AbsoluteUri, token => RealtimeSocket.OpenAsync(address, Options, Clock, token), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => warm.DisposeAsync();

    /// <summary>The model: the tenant's, else the configured one.</summary>
    internal string Model(ProviderChoice? choice) => choice?.Models.GetValueOrDefault(Name) is { Length: > 0 } wanted ? wanted : Options.Model;

    /// <summary>The voice: the tenant's, else the configured one.</summary>
    internal string Voice(ProviderChoice? choice) => choice?.Voices.GetValueOrDefault(Name) is { Length: > 0 } wanted ? wanted : Options.Voice;

    /// <summary>A session with a model: one that waits, or a new one.</summary>
    internal async Task<RealtimeSocket> TakeOrOpenAsync(string model, CancellationToken cancellationToken)
    {
        var address = Address(model);
        while (warm.TryTake(address.AbsoluteUri) is { } taken)
        {
            if (taken.IsOpen)
                return taken;
            await taken.DisposeAsync();
        }

        return await RealtimeSocket.OpenAsync(address, Options, Clock, cancellationToken);
    }

    private Uri Address(string model)
    {
        var root = Options.BaseAddress ?? DefaultAddress;
        return new UriBuilder(root)
        {
            Scheme = root.Scheme is "https" or "wss" ? Uri.UriSchemeWss : Uri.UriSchemeWs,
            Path = root.AbsolutePath.TrimEnd('/') + "/realtime",
            Query = "model=" + Uri.EscapeDataString(model),
        }.Uri;
    }
}
