namespace Parley.Conversation.Vad;

/// <summary>
/// The inputs of a layer that are not 0, and which ones they are. Rectifiers leave half of the values 0, and the last of them four fifths: their
/// weights need not be read. Memory is the caller's.
/// </summary>
/// <param name="values">Room for the inputs, and one more.</param>
/// <param name="indices">As much room.</param>
internal unsafe ref struct SparseInputs(float* values, int* indices)
{
    /// <summary>The inputs.</summary>
    public float* Values { get; } = values;

    /// <summary>Which ones they are.</summary>
    public int* Indices { get; } = indices;

    /// <summary>How many there are: an even number, perhaps with a 0 at the end.</summary>
    public int Count { get; private set; }

    /// <summary>How many there would be with the zeros.</summary>
    public int Width { get; private set; }

    /// <summary>Adds the positive ones of rectified values; <see cref="Complete"/> follows.</summary>
    public void AddPositive(ReadOnlySpan<float> rectified)
    {
        // Without a branch, which would be mispredicted every other time.
        var count = Count;
        for (var i = 0; i < rectified.Length; i++)
        {
            Values[count] = rectified[i];
            Indices[count] = Width + i;
            count += rectified[i] > 0 ? 1 : 0;
        }

        Count = count;
        Width += rectified.Length;
    }

    /// <summary>Adds values of any kind; <see cref="Complete"/> follows.</summary>
    public void AddAll(ReadOnlySpan<float> dense)
    {
        dense.CopyTo(new Span<float>(Values + Count, dense.Length));
        for (var i = 0; i < dense.Length; i++)
            Indices[Count + i] = Width + i;
        Count += dense.Length;
        Width += dense.Length;
    }

    /// <summary>Makes the number even.</summary>
    public void Complete()
    {
        if (Count % 2 == 0)
            return;

        Values[Count] = 0;
        Indices[Count] = 0;
        Count++;
    }
}
