namespace Parley.Conversation.Rag.Index;

/// <summary>Which passages a term is in, and what it is worth there: all lists in a row, one after the other.</summary>
/// <param name="Starts">Where each term's list begins, and the end of the last.</param>
/// <param name="Passages">Numbers of passages.</param>
/// <param name="Weights">BM25 weight of the term in that passage.</param>
/// <param name="Rarity">Inverse document frequency of each term.</param>
internal sealed record Postings(int[] Starts, int[] Passages, float[] Weights, float[] Rarity)
{
    public long Bytes => 8L * Passages.Length + 8L * Starts.Length;

    public ReadOnlySpan<int> PassagesOf(int term) => Passages.AsSpan(Starts[term]..Starts[term + 1]);

    public ReadOnlySpan<float> WeightsOf(int term) => Weights.AsSpan(Starts[term]..Starts[term + 1]);
}
