using Parley.Conversation.Native;
using Parley.Conversation.Stt.Moonshine;
using Parley.Conversation.Tests.Native;
using Parley.Conversation.Turns;
using Parley.Conversation.Vad;

namespace Parley.Conversation.Tests.Corpus;

/// <summary>Plays the whole corpus once, under both strategies; about half a minute on two cores.</summary>
public sealed class TurnCorpus : IAsyncLifetime
{
    // More would not be faster on the machines that build this, and a fixed number keeps memory in bounds.
    private const int Parallelism = 2;

    internal List<CorpusResult> Adaptive { get; private set; } = [];

    internal List<CorpusResult> Fixed { get; private set; } = [];

    internal CorpusReport Report { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var recordings = TurnRecording.ReadAll();
        var (adaptive, @fixed) = (new CorpusResult[recordings.Count], new CorpusResult[recordings.Count]);
        var vad = new SileroVadFactory(TestSpeech.Assets);
        using var model = MoonshineRecognizer.Load(TestSpeech.Assets.SherpaLibrary, TestSpeech.Assets.Moonshine);
        await Parallel.ForAsync(0, recordings.Count, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (i, _) =>
        {
            var recording = recordings[i];
            var samples = recording.ReadSamples();
            var recogniser = new TimedRecogniser(audio => model.Transcribe(audio, 16000));
            adaptive[i] = new CorpusResult(recording, await CorpusCall.PlayAsync(
                recording, samples, recogniser, vad, new AdaptiveEndpointing(new EndpointingOptions())));
            @fixed[i] = new CorpusResult(recording, await CorpusCall.PlayAsync(recording, samples, recogniser, vad, new FixedSilence(700)));
        });
        Adaptive = [.. adaptive];
        Fixed = [.. @fixed];
        Report = new CorpusReport(StrategyReport.Of(Adaptive), StrategyReport.Of(Fixed));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
