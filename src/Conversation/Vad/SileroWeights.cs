using System.Numerics;

namespace Parley.Conversation.Vad;

/// <summary>
/// The weights of <see cref="SileroNetwork"/> in the order in which <see cref="SileroLayers"/> reads them: one block of memory, layer after
/// layer. A layer is cut into blocks of outputs that fill a few vector registers; a block holds for each input, one after the other, the
/// weights to all its outputs. A property is where its layer starts, in floats from <see cref="Memory"/>.
/// </summary>
internal sealed unsafe class SileroWeights
{
    /// <summary>Samples of a transform, half of them, and its frequencies from 0 to half the sample rate.</summary>
    public const int Window = 128, Fold = Window / 2, Bins = Fold + 1;

    /// <summary>Channels of the layers, and the gates of the recurrent one.</summary>
    public const int Wide = 128, Narrow = 64, Gates = 4;

    /// <summary>Registers of outputs in a block of a layer over four points in time, and of one over fewer.</summary>
    public const int VectorsOverFour = 2, VectorsOverFewer = 4;

    private const int CacheLine = 64;
    private const int CacheLineFloats = CacheLine / sizeof(float);
    private const float Exact = 1e-6f;

    // Pinned, so that the start of a cache line in it stays one.
    private readonly float[] memory;

    /// <exception cref="Native.SpeechAssetException">The tensors are not those of this network.</exception>
    public SileroWeights(SileroTensors tensors)
    {
        var packed = new List<float>();
        var basis = tensors.Get("stft.forward_basis_buffer", 2 * Bins, 1, Window);
        RequireSymmetry(tensors, basis);

        // The middle sample is its own mirror image, which the fold adds to it.
        float Cosine(int bin, int n) => basis[(bin * Window) + n + 1] * (n == Fold - 1 ? 0.5f : 1);
        Cosines = Pack(packed, Narrow, Fold, VectorsOverFour, Cosine);
        Sines = Pack(packed, Narrow, Fold, VectorsOverFour, (bin, n) => basis[((Bins + bin) * Window) + n + 1]);
        LastBin = Pack(packed, [.. Enumerable.Range(0, Fold).Select(n => Cosine(Bins - 1, n))]);

        var first = tensors.Get("encoder.0.reparam_conv.weight", Wide, Bins, 3);
        First = Pack(packed, Wide, Bins * 3, VectorsOverFour, (output, i) => first[(output * Bins * 3) + i]);
        FirstBias = Pack(packed, tensors.Get("encoder.0.reparam_conv.bias", Wide));

        var second = tensors.Get("encoder.1.reparam_conv.weight", Narrow, Wide, 3);
        Second = Pack(packed, Narrow, Wide * 3, VectorsOverFewer, (output, i) => second[(output * Wide * 3) + i]);
        SecondBias = Pack(packed, tensors.Get("encoder.1.reparam_conv.bias", Narrow));

        // Of three taps the first meets only padding when two points in time are left, and the outer ones when one is.
        var third = tensors.Get("encoder.2.reparam_conv.weight", Narrow, Narrow, 3);
        Third = Pack(packed, Narrow, 2 * Narrow, VectorsOverFewer, (output, i) => third[(((output * Narrow) + (i % Narrow)) * 3) + 1 + (i / Narrow)]);
        ThirdBias = Pack(packed, tensors.Get("encoder.2.reparam_conv.bias", Narrow));

        var fourth = tensors.Get("encoder.3.reparam_conv.weight", Wide, Narrow, 3);
        Fourth = Pack(packed, Wide, Narrow, VectorsOverFewer, (output, i) => fourth[(((output * Narrow) + i) * 3) + 1]);
        FourthBias = Pack(packed, tensors.Get("encoder.3.reparam_conv.bias", Wide));

        var fromInput = tensors.Get("decoder.rnn.weight_ih", Gates * Wide, Wide);
        var fromState = tensors.Get("decoder.rnn.weight_hh", Gates * Wide, Wide);
        var inputBias = tensors.Get("decoder.rnn.bias_ih", Gates * Wide);
        var stateBias = tensors.Get("decoder.rnn.bias_hh", Gates * Wide);
        Recurrent = Pack(packed, Gates * Wide, 2 * Wide, Gates, (output, i) =>
            i < Wide ? fromInput[(Row(output) * Wide) + i] : fromState[(Row(output) * Wide) + i - Wide]);
        RecurrentBias = Pack(packed, [.. Enumerable.Range(0, Gates * Wide).Select(output => inputBias[Row(output)] + stateBias[Row(output)])]);

        Last = Pack(packed, tensors.Get("decoder.decoder.2.weight", 1, Wide, 1));
        LastBias = Pack(packed, tensors.Get("decoder.decoder.2.bias", 1));

        memory = GC.AllocateUninitializedArray<float>(packed.Count + CacheLineFloats, pinned: true);
        fixed (float* start = memory)
            Memory = (float*)(((nint)start + CacheLine - 1) & -CacheLine);
        packed.CopyTo(memory, (int)(Memory - (float*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0)));
    }

    /// <summary>The first weight, at the start of a cache line; valid while this object is referenced.</summary>
    public float* Memory { get; }

    /// <summary>The real part of the transform of even signals.</summary>
    public int Cosines { get; }

    /// <summary>The imaginary part of the transform of odd signals.</summary>
    public int Sines { get; }

    /// <summary>The real part at half the sample rate, whose imaginary part is 0.</summary>
    public int LastBin { get; }

    /// <summary>The first convolution, three taps for each input.</summary>
    public int First { get; }

    /// <summary>Its bias.</summary>
    public int FirstBias { get; }

    /// <summary>The second convolution, three taps for each input.</summary>
    public int Second { get; }

    /// <summary>Its bias.</summary>
    public int SecondBias { get; }

    /// <summary>The third convolution: all channels at one point in time, then at the next.</summary>
    public int Third { get; }

    /// <summary>Its bias.</summary>
    public int ThirdBias { get; }

    /// <summary>The middle tap of the fourth convolution.</summary>
    public int Fourth { get; }

    /// <summary>Its bias.</summary>
    public int FourthBias { get; }

    /// <summary>The recurrent layer: its inputs, then its state.</summary>
    public int Recurrent { get; }

    /// <summary>Its biases, added.</summary>
    public int RecurrentBias { get; }

    /// <summary>The weights of the probability.</summary>
    public int Last { get; }

    /// <summary>Its bias.</summary>
    public int LastBias { get; }

    // The model has one gate of all cells after the other (input, forget, cell, output); a block here has all gates of a vector of cells.
    private static int Row(int output)
    {
        var (block, within) = Math.DivRem(output, Gates * Vector<float>.Count);
        var (gate, cell) = Math.DivRem(within, Vector<float>.Count);
        return (gate * Wide) + (block * Vector<float>.Count) + cell;
    }

    // A window that is 0 at its start and symmetric makes the real part blind to a frame's odd half, the imaginary part to its even half.
    private static void RequireSymmetry(SileroTensors tensors, float[] basis)
    {
        for (var bin = 0; bin < Bins; bin++)
        {
            var cosine = basis.AsSpan(bin * Window, Window);
            var sine = basis.AsSpan((Bins + bin) * Window, Window);
            var holds = Math.Abs(cosine[0]) < Exact && Math.Abs(sine[0]) < Exact && Math.Abs(sine[Fold]) < Exact;
            for (var n = 1; n < Fold; n++)
            {
                holds &= Math.Abs(cosine[n] - cosine[Window - n]) < Exact && Math.Abs(sine[n] + sine[Window - n]) < Exact;
                holds &= bin < Bins - 1 || Math.Abs(sine[n]) < Exact;
            }

            if (!holds)
                throw tensors.Refuse("has no windowed Fourier transform where one belongs");
        }
    }

    private static int Pack(List<float> packed, int outputs, int inputs, int vectors, Func<int, int, float> weight)
    {
        var start = packed.Count;
        var width = vectors * Vector<float>.Count;
        for (var block = 0; block < outputs; block += width)
        {
            for (var input = 0; input < inputs; input++)
            {
                for (var output = block; output < block + width; output++)
                    packed.Add(weight(output, input));
            }
        }

        return start;
    }

    // Everything starts at a cache line.
    private static int Pack(List<float> packed, float[] values)
    {
        var start = packed.Count;
        packed.AddRange(values);
        while (packed.Count % CacheLineFloats != 0)
            packed.Add(0);
        return start;
    }
}
