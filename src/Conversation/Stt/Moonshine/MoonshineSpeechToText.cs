using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Parley.Conversation.Native;

namespace Parley.Conversation.Stt.Moonshine;

/// <summary>
/// English recognition with Moonshine tiny, in process. One model serves all calls; decoding runs on threads of its own, finals in the
/// order they were asked, interim guesses only when a thread is spare. Hints are not used: the model takes none.
/// </summary>
public sealed partial class MoonshineSpeechToText : ISpeechToText, IDisposable
{
    private readonly Lock loading = new();
    private readonly ILogger logger;
    private readonly Func<Transcribe> load;
    private readonly DedicatedWorkers workers;
    private readonly bool interimResults;
    private MoonshineRecognizer? recognizer;
    private Transcribe? engine;

    /// <summary>A recogniser over the model found by <paramref name="assets"/>, loaded with its first use or by warming up.</summary>
    public MoonshineSpeechToText(SpeechAssets assets, IOptions<SpeechOptions> options, ILogger<MoonshineSpeechToText> logger)
    {
        ArgumentNullException.ThrowIfNull(assets);
        ArgumentNullException.ThrowIfNull(options);
        this.logger = logger;
        load = () => LoadModel(assets);
        workers = new DedicatedWorkers("Recognition", ThreadsOf(options.Value));
        interimResults = options.Value.InterimResults;
    }

    internal MoonshineSpeechToText(Func<Transcribe> load, SpeechOptions options)
    {
        this.load = load;
        logger = NullLogger.Instance;
        workers = new DedicatedWorkers("Recognition", ThreadsOf(options));
        interimResults = options.InterimResults;
    }

    /// <inheritdoc/>
    public string Name => "moonshine";

    /// <inheritdoc/>
    public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        return new MoonshineStream(workers, Engine, sink, LogFailed, interimResults);
    }

    /// <summary>Loads the model ahead of the first call (about half a second) on a recognition thread.</summary>
    /// <exception cref="SpeechAssetException">A file is missing or of the wrong version.</exception>
    public async ValueTask WarmUpAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var queued = workers.TryEnqueue(() =>
        {
            try
            {
                // The first run allocates what later ones use again.
                Engine()(new float[16000]);
                done.SetResult();
            }
            catch (Exception exception)
            {
                // Thrown to whoever warms up; the thread goes on.
                done.SetException(exception);
            }
        });
        ObjectDisposedException.ThrowIf(!queued, this);
        await done.Task;
    }

    /// <summary>Answers what was asked, ends the threads and releases the model.</summary>
    public void Dispose()
    {
        workers.Dispose();
        recognizer?.Dispose();
    }

    private static int ThreadsOf(SpeechOptions options) =>
        options.RecognitionThreads > 0 ? options.RecognitionThreads : Environment.ProcessorCount;

    private Transcribe Engine()
    {
        // A failure is not remembered: files may be brought while the server runs.
        lock (loading)
            return engine ??= load();
    }

    private Transcribe LoadModel(SpeechAssets assets)
    {
        var loaded = MoonshineRecognizer.Load(assets.SherpaLibrary, assets.Moonshine);
        recognizer = loaded;
        LogLoaded(assets.Directory);
        return samples => loaded.Transcribe(samples, 16000);
    }

    [LoggerMessage(4001, LogLevel.Information, "Moonshine loaded from {Directory}")]
    private partial void LogLoaded(string directory);

    [LoggerMessage(4002, LogLevel.Error, "Recognition failed")]
    private partial void LogFailed(Exception exception);
}
