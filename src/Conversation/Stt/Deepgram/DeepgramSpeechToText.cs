using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Stt.Deepgram;

/// <summary>
/// Deepgram's live recognition, API v1: the call's mu-law goes up as it is, words come down while the caller speaks, and Deepgram's own
/// endpointing is passed on as evidence of the end of speech.
/// </summary>
public sealed partial class DeepgramSpeechToText : ISpeechToText, IPrewarmed, IAsyncDisposable
{
    /// <summary>The provider's name in configuration.</summary>
    public const string ProviderName = "deepgram";

    private readonly DeepgramOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<DeepgramSpeechToText> logger;
    private readonly WarmConnections<DeepgramConnection> warm;

    /// <summary>A recogniser; connects when a call does.</summary>
    public DeepgramSpeechToText(IOptions<DeepgramOptions> options, TimeProvider clock, ILogger<DeepgramSpeechToText> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options.Value;
        this.clock = clock;
        this.logger = logger;
        warm = new WarmConnections<DeepgramConnection>(this.options.MostWarm, TimeSpan.FromSeconds(this.options.WarmSeconds), clock);
    }

    /// <inheritdoc/>
    public string Name => ProviderName;

    /// <summary>Connections that wait for a call.</summary>
    internal int Warm => warm.Count;

    /// <inheritdoc/>
    public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(sink);
        var address = DeepgramQuery.Build(this.options, options);
        return new DeepgramStream(
            this.options, DeepgramQuery.ModelOf(this.options, options), token => TakeOrOpenAsync(address, token), clock, logger, options.Meter, sink);
    }

    /// <inheritdoc/>
    public Task PrewarmAsync(ExpectedCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        var address = DeepgramQuery.Build(options, new SpeechToTextOptions(call.Language, call.Hints, call.Providers));
        return warm.OpenAsync(address.AbsoluteUri, token => ConnectAsync(address, token), cancellationToken);
    }

    /// <summary>Closes what waits for a call. Streams are their callers' to close.</summary>
    public ValueTask DisposeAsync() => warm.DisposeAsync();

    private async Task<DeepgramConnection> TakeOrOpenAsync(Uri address, CancellationToken cancellationToken)
    {
        while (warm.TryTake(address.AbsoluteUri) is { } taken)
        {
            if (taken.IsOpen)
                return taken;
            await taken.DisposeAsync();
        }

        return await ConnectAsync(address, cancellationToken);
    }

    private async Task<DeepgramConnection> ConnectAsync(Uri address, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        var connection = await DeepgramConnection.OpenAsync(address, options, clock, cancellationToken);
        LogConnected(connection.RequestId, (long)clock.GetElapsedTime(began).TotalMilliseconds);
        return connection;
    }

    [LoggerMessage(4301, LogLevel.Debug, "Deepgram connected, request {RequestId}, after {ElapsedMs} ms")]
    private partial void LogConnected(string? requestId, long elapsedMs);
}
