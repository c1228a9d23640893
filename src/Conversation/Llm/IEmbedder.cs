using Parley.Conversation.Providers;

namespace Parley.Conversation.Llm;

/// <summary>Turns texts into vectors whose closeness is closeness of meaning. One instance serves all calls.</summary>
public interface IEmbedder
{
    /// <summary>The provider's name, as used in configuration.</summary>
    string Name { get; }

    /// <summary>The model: vectors of different models cannot be compared.</summary>
    string Model { get; }

    /// <summary>
    /// One vector for each text, in their order, all of one length. Fails with a <see cref="ProviderException"/>; an empty text is an
    /// <see cref="ArgumentException"/>.
    /// </summary>
    Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedAsync(IReadOnlyList<string> texts, CallMeter? meter, CancellationToken cancellationToken);
}
