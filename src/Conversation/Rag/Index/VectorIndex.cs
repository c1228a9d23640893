using System.Numerics.Tensors;

namespace Parley.Conversation.Rag.Index;

/// <summary>The embeddings of an index's passages, side by side, each of length 1, so that a cosine is one product.</summary>
internal sealed class VectorIndex
{
    private readonly float[] rows;
    private readonly int length;

    private VectorIndex(float[] rows, int length, string model)
    {
        this.rows = rows;
        this.length = length;
        Model = model;
    }

    /// <summary>The model; vectors of others cannot be compared.</summary>
    public string Model { get; }

    public long Bytes => 4L * rows.Length;

    /// <summary>One vector for each passage, in their order; null when there are none, or not all of one length.</summary>
    public static VectorIndex? Of(string model, IReadOnlyList<ReadOnlyMemory<float>> vectors)
    {
        if (vectors.Count == 0 || vectors[0].Length == 0 || vectors.Any(v => v.Length != vectors[0].Length))
            return null;
        var length = vectors[0].Length;
        var rows = new float[vectors.Count * length];
        for (var i = 0; i < vectors.Count; i++)
            Normalize(vectors[i].Span, rows.AsSpan(i * length, length));
        return new VectorIndex(rows, length, model);
    }

    /// <summary>The passages nearest in meaning, best first; returns how many.</summary>
    public int Search(ReadOnlySpan<float> question, Span<Near> found)
    {
        if (question.Length != length)
            return 0;
        var normal = new float[length];
        Normalize(question, normal);
        var count = 0;
        for (var at = 0; at * length < rows.Length; at++)
        {
            var cosine = TensorPrimitives.Dot(normal, rows.AsSpan(at * length, length));
            if (count == found.Length && cosine <= found[^1].Cosine)
                continue;
            count = Math.Min(count + 1, found.Length);
            var place = count - 1;
            for (; place > 0 && found[place - 1].Cosine < cosine; place--)
                found[place] = found[place - 1];
            found[place] = new Near(at, cosine);
        }

        return count;
    }

    private static void Normalize(ReadOnlySpan<float> vector, Span<float> into)
    {
        var norm = TensorPrimitives.Norm(vector);
        if (norm > 0)
            TensorPrimitives.Divide(vector, norm, into);
        else
            into.Clear();
    }
}

/// <summary>A passage found by its meaning.</summary>
/// <param name="Passage">Its number in the index.</param>
/// <param name="Cosine">Of the angle between its vector and the question's, -1 to 1.</param>
internal readonly record struct Near(int Passage, float Cosine);
