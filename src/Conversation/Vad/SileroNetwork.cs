using System.Numerics;
using System.Runtime.CompilerServices;
using Parley.Conversation.Native;

namespace Parley.Conversation.Vad;

/// <summary>
/// The forward pass of Silero v5 at 8 kHz (github.com/snakers4/silero-vad): a Fourier transform of four frames of 128 samples, their magnitudes,
/// four convolutions, which shrink four points in time to one, a recurrent layer, and the probability of speech. It gives what ONNX Runtime
/// computes from the model file to within 2e-5, in an eighth of the time: a runtime spends most of it on its way through hundreds of small
/// operators. Holds no state, so that all calls on all threads share one.
/// </summary>
internal sealed unsafe class SileroNetwork(SileroWeights weights)
{
    /// <summary>Samples of a window, and those before it that are seen with it.</summary>
    public const int WindowSamples = 256, ContextSamples = 32;

    /// <summary>What one step carries to the next, 0 at the start of a call.</summary>
    public const int StateFloats = 2 * SileroWeights.Wide;

    private const int InputSamples = ContextSamples + WindowSamples;
    private const int Frames = 4;
    private const int Hop = SileroWeights.Window / 2;
    private const int Padded = ((Frames - 1) * Hop) + SileroWeights.Window;

    /// <summary>Reads the network of a model file.</summary>
    /// <exception cref="SpeechAssetException">The file is not Silero version 5.</exception>
    public static SileroNetwork Load(string path) => new(new SileroWeights(SileroTensors.Read(path)));

    /// <summary>Judges a window. Allocates nothing.</summary>
    /// <param name="input">32 samples of context and 256 of the window, from -1 to 1.</param>
    /// <param name="state">256 floats, replaced by the new state.</param>
    /// <returns>The probability (0 to 1) that the window holds speech.</returns>
    [SkipLocalsInit]
    public float Run(ReadOnlySpan<float> input, Span<float> state)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(input.Length, InputSamples);
        ArgumentOutOfRangeException.ThrowIfNotEqual(state.Length, StateFloats);

        Unsafe.SkipInit(out Scratch scratch);
        FoldFrames(input, &scratch);
        var start = weights.Memory;
        SileroLayers.Transform(start + weights.Cosines, scratch.Even, scratch.Real);
        SileroLayers.Transform(start + weights.Sines, scratch.Odd, scratch.Imaginary);
        TakeMagnitudes(start + weights.LastBin, &scratch);
        SileroLayers.First(start + weights.First, start + weights.FirstBias, scratch.Magnitudes, Scratch.MagnitudeStride, scratch.Wide);
        SileroLayers.Second(start + weights.Second, start + weights.SecondBias, scratch.Wide, Sounding(&scratch), scratch.Narrow);

        var inputs = new SparseInputs(scratch.Values, scratch.Indices);
        inputs.AddPositive(new ReadOnlySpan<float>(scratch.Narrow, 2 * SileroWeights.Narrow));
        inputs.Complete();
        SileroLayers.Dense(start + weights.Third, start + weights.ThirdBias, inputs, scratch.Narrow, SileroWeights.Narrow);

        inputs = new SparseInputs(scratch.Values, scratch.Indices);
        inputs.AddPositive(new ReadOnlySpan<float>(scratch.Narrow, SileroWeights.Narrow));
        inputs.Complete();
        SileroLayers.Dense(start + weights.Fourth, start + weights.FourthBias, inputs, scratch.Wide, SileroWeights.Wide);

        inputs = new SparseInputs(scratch.Values, scratch.Indices);
        inputs.AddPositive(new ReadOnlySpan<float>(scratch.Wide, SileroWeights.Wide));
        inputs.AddAll(state[..SileroWeights.Wide]);
        inputs.Complete();
        fixed (float* recurrent = state)
            return SileroLayers.Recurrent(weights, inputs, recurrent);
    }

    // A frame's even half is the frame plus its mirror image, its odd half the frame less that; the first sample, which the window makes 0, stands for itself.
    private static void FoldFrames(ReadOnlySpan<float> input, Scratch* s)
    {
        var samples = new Span<float>(s->Samples, Padded);
        input.CopyTo(samples);

        // The end is padded with its own reflection about the last sample.
        for (var i = 0; i < Padded - InputSamples; i++)
            samples[InputSamples + i] = samples[InputSamples - 2 - i];
        var mirrored = new Span<float>(s->Mirrored, Padded);
        samples.CopyTo(mirrored);
        mirrored.Reverse();
        for (var frame = 0; frame < Frames; frame++)
        {
            var forward = s->Samples + (frame * Hop) + 1;
            var backward = s->Mirrored + Padded - SileroWeights.Window - (frame * Hop);
            for (var n = 0; n < SileroWeights.Fold; n += Vector<float>.Count)
            {
                var sample = Vector.Load(forward + n);
                var image = Vector.Load(backward + n);
                Vector.Store(sample + image, s->Even + (frame * SileroWeights.Fold) + n);
                Vector.Store(sample - image, s->Odd + (frame * SileroWeights.Fold) + n);
            }
        }
    }

    private static void TakeMagnitudes(float* lastBin, Scratch* s)
    {
        for (var frame = 0; frame < Frames; frame++)
        {
            var last = Vector<float>.Zero;
            var magnitudes = s->Magnitudes + (frame * Scratch.MagnitudeStride);
            for (var n = 0; n < SileroWeights.Fold; n += Vector<float>.Count)
            {
                var at = (frame * SileroWeights.Fold) + n;
                var real = Vector.Load(s->Real + at);
                var imaginary = Vector.Load(s->Imaginary + at);
                Vector.Store(Vector.SquareRoot((real * real) + (imaginary * imaginary)), magnitudes + n);
                last = Vector.MultiplyAddEstimate(Vector.Load(lastBin + n), Vector.Load(s->Even + at), last);
            }

            magnitudes[SileroWeights.Fold] = MathF.Abs(Vector.Sum(last));
        }
    }

    // The channels that are not 0 at all four points in time.
    private static ReadOnlySpan<int> Sounding(Scratch* s)
    {
        const int Wide = SileroWeights.Wide;
        var count = 0;
        for (var i = 0; i < Wide; i++)
        {
            s->Indices[count] = i;
            count += s->Wide[i] + s->Wide[i + Wide] + s->Wide[i + (2 * Wide)] + s->Wide[i + (3 * Wide)] > 0 ? 1 : 0;
        }

        return new ReadOnlySpan<int>(s->Indices, count);
    }

    /// <summary>What a step needs on the stack, 11 kB.</summary>
    private struct Scratch
    {
        public const int MagnitudeStride = 80;

        public fixed float Samples[Padded];
        public fixed float Mirrored[Padded];
        public fixed float Even[Frames * SileroWeights.Fold];
        public fixed float Odd[Frames * SileroWeights.Fold];
        public fixed float Real[Frames * SileroWeights.Fold];
        public fixed float Imaginary[Frames * SileroWeights.Fold];
        public fixed float Magnitudes[Frames * MagnitudeStride];
        public fixed float Wide[Frames * SileroWeights.Wide];
        public fixed float Narrow[2 * SileroWeights.Narrow];
        public fixed float Values[(2 * SileroWeights.Wide) + 2];
        public fixed int Indices[(2 * SileroWeights.Wide) + 2];
    }
}
