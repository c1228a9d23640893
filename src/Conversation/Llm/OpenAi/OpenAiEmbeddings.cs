using OpenAI.Embeddings;
using Parley.Conversation.Providers;
using Parley.Conversation.Providers.OpenAi;

namespace Parley.Conversation.Llm.OpenAi;

/// <summary>OpenAI's embeddings, many texts a request.</summary>
internal sealed class OpenAiEmbeddings(OpenAiConnection connection) : IEmbedder
{
    /// <summary>Texts a request: fewer than the 2,048 allowed, so that long ones stay below the limit of tokens as well.</summary>
    public const int BatchSize = 128;

    private const long MostBytes = 16 * 1024 * 1024;

    /// <inheritdoc/>
    public string Name => connection.Name;

    /// <inheritdoc/>
    public string Model => connection.Options.EmbeddingModel;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedAsync(IReadOnlyList<string> texts, CallMeter? meter, CancellationToken cancellationToken)
    {
        if (texts.Any(string.IsNullOrWhiteSpace))
            throw new ArgumentException("A text to embed is empty.", nameof(texts));

        var vectors = new List<ReadOnlyMemory<float>>(texts.Count);
        foreach (var batch in texts.Chunk(BatchSize))
            vectors.AddRange(await BatchAsync(batch, meter, cancellationToken));
        var length = vectors.Count == 0 ? 0 : connection.Options.EmbeddingDimensions ?? vectors[0].Length;
        return vectors.TrueForAll(vector => vector.Length == length && length > 0)
            ? vectors
            : throw connection.Errors.Make(ProviderErrorKind.MalformedAnswer, $"Not all vectors have the length {length}.");
    }

    private async Task<ReadOnlyMemory<float>[]> BatchAsync(string[] texts, CallMeter? meter, CancellationToken cancellationToken)
    {
        try
        {
            var options = new EmbeddingGenerationOptions { Dimensions = connection.Options.EmbeddingDimensions };
            OpenAIEmbeddingCollection answer =
                await connection.Client(MostBytes).GetEmbeddingClient(Model).GenerateEmbeddingsAsync(texts, options, cancellationToken);
            meter?.Add(Capability.Think, Name, Model, UsageUnit.Requests, 1);
            meter?.Add(Capability.Think, Name, Model, UsageUnit.InputTokens, answer.Usage?.InputTokenCount ?? 0);
            var vectors = new ReadOnlyMemory<float>[texts.Length];
            // The order is by index, which a server may not keep.
            foreach (var one in answer)
                vectors[one.Index] = one.ToFloats();
            return answer.Count == texts.Length && Array.TrueForAll(vectors, static vector => vector.Length > 0)
                ? vectors
                : throw connection.Errors.Make(ProviderErrorKind.MalformedAnswer, $"{answer.Count} vectors for {texts.Length} texts.");
        }
        catch (Exception failure)
        {
            var known = connection.Errors.From(failure, cancellationToken);
            if (known == failure)
                throw;
            throw known;
        }
    }
}
