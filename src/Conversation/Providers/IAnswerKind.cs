namespace Parley.Conversation.Providers;

/// <summary>What a chain must know of the answers of its capability: words of a model, or audio of a voice.</summary>
internal interface IAnswerKind<in TProvider, in TRequest, TItem>
{
    /// <summary>Asks a provider.</summary>
    IAsyncEnumerable<TItem> Ask(string name, TProvider provider, TRequest request, CancellationToken cancellationToken);

    /// <summary>Whether it is a piece of what the caller gets to hear.</summary>
    bool IsUseful(TItem item);

    /// <summary>Whether the caller gets to hear something by now: of these pieces, the last of which is <paramref name="newest"/>.</summary>
    bool IsEnough(IReadOnlyList<TItem> before, TItem newest);

    /// <summary>How long the caller listens to it; zero where that is not known.</summary>
    TimeSpan Plays(TItem item);

    /// <summary>What is wrong with an answer of which this is the first useful or last piece; null when nothing is.</summary>
    ProviderErrorKind? Refuse(TItem item);

    /// <summary>Nobody wants the item.</summary>
    void Drop(TItem item);
}
