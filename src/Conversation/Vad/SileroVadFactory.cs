using Parley.Conversation.Native;

namespace Parley.Conversation.Vad;

/// <summary>Makes <see cref="SileroVad"/> detectors over one shared network, which is loaded with the first of them or by warming up.</summary>
public sealed class SileroVadFactory : IVoiceActivityDetectorFactory, IDisposable
{
    private readonly Lock loading = new();
    private readonly SpeechAssets assets;
    private SileroModel? model;
    private bool disposed;

    /// <summary>A factory over the network found by <paramref name="assets"/>.</summary>
    public SileroVadFactory(SpeechAssets assets) => this.assets = assets;

    /// <inheritdoc/>
    /// <exception cref="SpeechAssetException">The network or its runtime is missing; nothing is remembered, so a later call may succeed.</exception>
    public IVoiceActivityDetector Create() => new SileroVad(Model());

    /// <summary>Loads the network ahead of the first call and runs it once, off the caller's thread (about a tenth of a second).</summary>
    public async ValueTask WarmUpAsync() => await Task.Run(() =>
    {
        using var detector = Create();
        detector.Process(new short[SileroVad.WindowSamples]);
    });

    /// <summary>Releases the network once the last detector is disposed too.</summary>
    public void Dispose()
    {
        lock (loading)
        {
            disposed = true;
            model?.Dispose();
        }
    }

    private SileroModel Model()
    {
        lock (loading)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return model ??= new SileroModel(assets);
        }
    }
}
