using Parley.Conversation.Audio;
using Parley.Conversation.Frames;
using Parley.Conversation.Tts;

namespace Parley.Loading.Stub;

/// <summary>
/// A voice that takes no time: a soft tone of 45 ms a character, in pieces of 200 ms. Soft, so that a caller who interrupts is never taken for
/// its echo.
/// </summary>
internal sealed class StubTextToSpeech : ITextToSpeech
{
    private const int SamplesPerCharacter = 45 * 8;
    private const int PieceSamples = 200 * 8;

    // A tone of 400 Hz: a piece holds whole periods, so pieces join without a click.
    private static readonly byte[] Piece = Tone();

    /// <inheritdoc/>
    public string Name => "stub";

    /// <inheritdoc/>
#pragma warning disable CS1998 // The interface is asynchronous; a stub has nothing to wait for.
    public async IAsyncEnumerable<SpeechChunk> SynthesizeAsync(
        SpeechRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var left = request.Text.Length * SamplesPerCharacter; left > 0; left -= PieceSamples)
            yield return new SpeechChunk(AudioFrame.Copy(AudioFormat.Telephone, Piece.AsSpan(0, Math.Min(left, PieceSamples))));
    }
#pragma warning restore CS1998

    private static byte[] Tone()
    {
        var samples = new short[PieceSamples];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (short)(150 * Math.Sin(2 * Math.PI * 400 * i / 8000));
        var audio = new byte[PieceSamples];
        MuLaw.Encode(samples, audio);
        return audio;
    }
}
