using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.Azure;

namespace Parley.Conversation.Stt.Azure;

/// <summary>Azure Speech's continuous recognition over its WebSocket protocol.</summary>
public sealed class AzureSpeechToText : ISpeechToText, IPrewarmed, IDisposable
{
    private readonly AzureSpeechOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<AzureSpeechToText> log;
    private readonly HttpClient http;
    private readonly AzureSpeechCredential credential;
    private readonly AzureSocketPool pool;
    private readonly Uri endpoint;

    /// <summary>Makes one; nothing is connected before the first use.</summary>
    public AzureSpeechToText(IOptions<AzureSpeechOptions> options, TimeProvider clock, ILogger<AzureSpeechToText> log)
    {
        this.options = options.Value;
        this.clock = clock;
        this.log = log;
        http = AzureSpeechHttp.Create(this.options);
        credential = new AzureSpeechCredential(this.options, http, clock);
        pool = new AzureSocketPool(this.options, credential, clock);
        endpoint = AzureSpeechEndpoints.Of(this.options).Recognition;
    }

    /// <inheritdoc/>
    public string Name => AzureSpeechOptions.Name;

    /// <summary>Open connections that no call uses.</summary>
    public int IdleConnections => pool.Count;

    /// <inheritdoc/>
    public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink)
    {
        var language = Language(options.Language);
        var setup = new AzureRecognitionSetup(
            AzureSetup.Address(endpoint, this.options, language, Model(options.Providers)),
            AzureSetup.Config(this.options.MuLaw),
            AzureSetup.Context(this.options, language, options.Hints),
            language);
        var recognition = new AzureRecognition(setup, this.options, pool, sink, options.Meter, clock, log);
        recognition.Start();
        return recognition;
    }

    /// <inheritdoc/>
    public async Task PrewarmAsync(ExpectedCall call, CancellationToken cancellationToken)
    {
        try
        {
            await pool.WarmAsync(AzureSetup.Address(endpoint, options, Language(call.Language), Model(call.Providers)), cancellationToken);
        }
        catch (ProviderException e)
        {
            AzureSpeechLog.NotPrewarmed(log, e.Kind, e.Message);
        }
        catch (OperationCanceledException)
        {
            // The call is over before it began.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        pool.Dispose();
        credential.Dispose();
        http.Dispose();
    }

    private string Language(string wanted) => wanted.Length > 0 ? wanted : options.Language;

    private static string? Model(ProviderChoice? choice) => choice?.Models.GetValueOrDefault(AzureSpeechOptions.Name);
}
