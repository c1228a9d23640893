using Parley.Conversation.Native;

namespace Parley.Conversation.Vad;

/// <summary>Makes <see cref="SileroVad"/> detectors over one shared network, which is loaded with the first of them or by warming up.</summary>
public sealed class SileroVadFactory : IVoiceActivityDetectorFactory
{
    private readonly Lock loading = new();
    private readonly SpeechAssets assets;
    private SileroNetwork? network;

    /// <summary>A factory over the network found by <paramref name="assets"/>.</summary>
    public SileroVadFactory(SpeechAssets assets) => this.assets = assets;

    /// <inheritdoc/>
    /// <exception cref="SpeechAssetException">The network is missing or another version; nothing is remembered, so a later call may succeed.</exception>
    public IVoiceActivityDetector Create() => new SileroVad(Network());

    /// <summary>Loads the network ahead of the first call and runs it once, off the caller's thread (about a tenth of a second).</summary>
    public async ValueTask WarmUpAsync() => await Task.Run(() =>
    {
        using var detector = Create();
        // Loud, or the energy gate would hold it back.
        detector.Process([.. Enumerable.Range(0, SileroVad.WindowSamples).Select(i => (short)(i % 16 < 8 ? 8000 : -8000))]);
    });

    private SileroNetwork Network()
    {
        lock (loading)
            return network ??= SileroNetwork.Load(assets.SileroModel);
    }
}
