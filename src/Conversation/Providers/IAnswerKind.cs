namespace Parley.Conversation.Providers;

/// <summary>What a chain must know of the answers of its capability: words of a model, or audio of a voice.</summary>
internal interface IAnswerKind<in TProvider, in TRequest, TItem>
{
    /// <summary>Asks a provider.</summary>
    IAsyncEnumerable<TItem> Ask(string name, TProvider provider, TRequest request, CancellationToken cancellationToken);

    /// <summary>Whether the caller gets to hear something of it.</summary>
    bool IsUseful(TItem item);

    /// <summary>What is wrong with an answer of which this is the first useful or last piece; null when nothing is.</summary>
    ProviderErrorKind? Refuse(TItem item);

    /// <summary>Nobody wants the item.</summary>
    void Drop(TItem item);
}
