using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Parley.Conversation.Audio;
using Parley.Conversation.Frames;
using Parley.Conversation.Native;

namespace Parley.Conversation.Tts.Espeak;

/// <summary>
/// Speech in about a hundred languages with espeak-ng, run as a program of its own for each clause: it is licensed under the GPL 3, so it is
/// never linked, and Parley works without it. Audio is 22,050 Hz PCM as it comes; a clause of some seconds takes about 10 ms.
/// </summary>
/// <remarks>
/// No word timings: the program tells none (<c>--pho</c> writes durations for mbrola voices only), so what was heard of a clause is estimated
/// from its length, which is known before the first sound is played.
/// </remarks>
public sealed class EspeakTextToSpeech : ITextToSpeech, IDisposable
{
    /// <summary>Longest text of one request, in characters: about a minute of speech.</summary>
    public const int MaxTextLength = 1000;

    /// <summary>How long one clause may take. A thousand characters take 40 ms, so a program that is not done by then never will be.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    // 46 ms of audio.
    private const int PieceBytes = 2048;

    // A program that does not end by itself must not be given room for ever: two minutes of audio.
    private const int MaxAudioBytes = 2 * 60 * 22_050 * sizeof(short);

    private readonly TimeProvider clock;
    private readonly string program;
    private readonly SemaphoreSlim places = new(Math.Max(2, Environment.ProcessorCount));
    private EspeakVoices? voices;

    /// <summary>Runs the program <c>espeak-ng</c> that is found on the path.</summary>
    public EspeakTextToSpeech(TimeProvider clock)
        : this(clock, "espeak-ng")
    {
    }

    internal EspeakTextToSpeech(TimeProvider clock, string program)
    {
        this.clock = clock;
        this.program = program;
    }

    /// <inheritdoc/>
    public string Name => "espeak-ng";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// No voice of that name, none for the language, or the text is longer than <see cref="MaxTextLength"/>.
    /// </exception>
    /// <exception cref="SpeechAssetException">espeak-ng is not installed.</exception>
    public IAsyncEnumerable<SpeechChunk> SynthesizeAsync(SpeechRequest request, CancellationToken cancellationToken)
    {
        if (request.Text?.Length > MaxTextLength)
            throw new ArgumentException($"The text has {request.Text.Length} characters; one request takes {MaxTextLength} at most.", nameof(request));

        return StreamAsync(request, cancellationToken);
    }

    /// <summary>What is installed; read once, and anew as long as nothing is.</summary>
    /// <exception cref="SpeechAssetException">espeak-ng is not installed.</exception>
    internal async ValueTask<EspeakVoices> VoicesAsync(CancellationToken cancellationToken)
    {
        if (voices is { } known)
            return known;

        var list = new MemoryStream();
        await foreach (var piece in RunAsync([], ["--voices"], cancellationToken))
            list.Write(piece.Span);
        var found = EspeakVoices.Parse(Encoding.UTF8.GetString(list.GetBuffer(), 0, (int)list.Length));
        if (found.Count == 0)
            throw new SpeechAssetException($"{program} lists no voices: install the package espeak-ng-data.");
        return voices = found;
    }

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();

    private async IAsyncEnumerable<SpeechChunk> StreamAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!EspeakText.HasWords(request.Text ?? ""))
            yield break;

        var voice = Choose(await VoicesAsync(cancellationToken), request);
        var format = default(WavFormat?);

        // "-z": no pause after the last word.
        await foreach (var piece in RunAsync(
            EspeakText.From(request.Text!), ["--stdin", "--stdout", "-z", "-b", "1", "-v", voice], cancellationToken))
        {
            if (format is null)
                format = Header(piece.Span);
            else
                yield return new SpeechChunk(AudioFrame.Copy(format.Value.SampleRate, MemoryMarshal.Cast<byte, short>(piece.Span)));
        }

        if (format is null)
            throw new InvalidDataException($"{program} gave no audio for a text of {request.Text!.Length} characters.");
    }

    private static string Choose(EspeakVoices voices, SpeechRequest request)
    {
        if (request.Voice is not { Length: > 0 } wanted)
        {
            return voices.For(request.Language)
                ?? throw new ArgumentException($"espeak-ng has no voice for the language {request.Language}.", nameof(request));
        }

        return voices.Has(wanted)
            ? wanted
            : throw new ArgumentException($"espeak-ng has no voice {wanted}; 'espeak-ng --voices' lists them.", nameof(request));
    }

    // The sizes in the header mean nothing: the program cannot know them when it writes it.
    private WavFormat Header(ReadOnlySpan<byte> header)
    {
        if (header.Length == WavFormat.HeaderBytes && header.StartsWith("RIFF"u8) && header[36..].StartsWith("data"u8)
            && WavFormat.Parse(header[20..36]) is { MuLaw: false, Channels: 1 } format)
        {
            return format;
        }

        throw new InvalidDataException($"{program} wrote something that is no WAV file of one channel with 16-bit samples.");
    }

    /// <summary>
    /// Runs the program and gives what it writes: first as many bytes as a WAV header has, then pieces of 2,048 bytes and the rest. The memory
    /// of a piece is used again for the next.
    /// </summary>
    private async IAsyncEnumerable<ReadOnlyMemory<byte>> RunAsync(
        byte[] text, string[] arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await places.WaitAsync(cancellationToken);
        try
        {
            using var late = new CancellationTokenSource(Deadline, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);

            // Starting a program takes a millisecond or more: not on a call's loop.
            using var run = await Task.Run(() => EspeakProcess.Start(program, arguments), cancellationToken);
            var writing = run.WriteAsync(text, either.Token);
            var buffer = new byte[PieceBytes];
            var total = 0;
            for (var wanted = WavFormat.HeaderBytes; ; wanted = PieceBytes)
            {
                var count = await Timely(run.Output.ReadAtLeastAsync(buffer.AsMemory(0, wanted), wanted, throwOnEndOfStream: false, either.Token).AsTask());
                total += count;
                if (total > MaxAudioBytes)
                    throw new InvalidDataException($"{program} wrote more than {MaxAudioBytes} bytes for a text of {text.Length}.");
                if (count > 0)
                    yield return buffer.AsMemory(0, count);
                if (count < wanted)
                    break;
            }

            if (await Timely(run.FinishAsync(writing, either.Token)) is { } failure)
                throw new InvalidOperationException($"{program} failed, {failure}.");

            async Task<T> Timely<T>(Task<T> work)
            {
                try
                {
                    return await work;
                }
                catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
                {
                    throw new TimeoutException($"{program} was not done with a text of {text.Length} bytes after {Deadline.TotalSeconds:0} s.");
                }
            }
        }
        finally
        {
            places.Release();
        }
    }
}
