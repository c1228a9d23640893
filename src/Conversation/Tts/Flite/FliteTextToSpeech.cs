using System.Runtime.CompilerServices;
using Parley.Conversation.Native;

namespace Parley.Conversation.Tts.Flite;

/// <summary>
/// English synthesis with flite, in process. Audio is 16 kHz PCM (8 kHz for <c>kal</c>), with silence around the speech cut to 20 ms
/// before and 60 ms after; the same text gives the same bytes.
/// </summary>
/// <remarks>
/// All clauses go through one thread, in order: flite's noise comes from C's process-wide random numbers, which are seeded for each
/// clause. It makes a second of speech in about 12 ms, so the thread keeps up with dozens of callers being spoken to at once;
/// a clause waits for those before it, which is why clauses should be short.
/// </remarks>
public sealed class FliteTextToSpeech : ITextToSpeech, IDisposable
{
    /// <summary>The voice used when none is asked for: female, US English.</summary>
    public const string DefaultVoice = "slt";

    /// <summary>Longest text of one request, in characters: about a minute of speech.</summary>
    public const int MaxTextLength = 1000;

    private readonly DedicatedWorkers worker = new("Flite", 1);

    /// <summary>The voices: slt (female, US), rms (male, US), awb (male, Scottish), kal (male, US, 8 kHz, quick but robotic).</summary>
    public static IReadOnlyList<string> Voices { get; } = ["slt", "rms", "awb", "kal"];

    /// <inheritdoc/>
    public string Name => "flite";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The voice is unknown, or the text longer than <see cref="MaxTextLength"/>.</exception>
    /// <exception cref="SpeechAssetException">flite is not installed.</exception>
    public IAsyncEnumerable<SpeechChunk> SynthesizeAsync(SpeechRequest request, CancellationToken cancellationToken)
    {
        var voice = string.IsNullOrEmpty(request.Voice) ? DefaultVoice : request.Voice;
        if (!Voices.Contains(voice))
            throw new ArgumentException($"flite has no voice {voice}; it has {string.Join(", ", Voices)}.", nameof(request));

        var text = request.Text ?? "";
        if (text.Length > MaxTextLength)
            throw new ArgumentException($"The text has {text.Length} characters; one request takes {MaxTextLength} at most.", nameof(request));

        return StreamAsync(FliteText.From(text), voice, cancellationToken);
    }

    /// <summary>Loads the default voice and speaks a word with it, so that the first caller does not wait for it.</summary>
    public async ValueTask WarmUpAsync()
    {
        await foreach (var chunk in SynthesizeAsync(new SpeechRequest("Hello.", null, "en-US"), CancellationToken.None))
            chunk.Audio?.Dispose();
    }

    /// <summary>Ends the synthesis thread after the clause under way.</summary>
    public void Dispose() => worker.Dispose();

    private async IAsyncEnumerable<SpeechChunk> StreamAsync(
        FliteText text, string voice, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!text.HasWords)
            yield break;

        cancellationToken.ThrowIfCancellationRequested();
        var synthesis = new FliteSynthesis(text, voice);
        using var registration = cancellationToken.UnsafeRegister(static state => ((FliteSynthesis)state!).Abandon(), synthesis);
        try
        {
            ObjectDisposedException.ThrowIf(!worker.TryEnqueue(synthesis.Run), this);
            await foreach (var chunk in synthesis.Chunks.ReadAllAsync(cancellationToken))
                yield return chunk;

            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            synthesis.Abandon();
        }
    }
}
