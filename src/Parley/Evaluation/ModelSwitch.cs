using Parley.Conversation.Llm;
using Parley.Conversation.Providers;

namespace Parley.Evaluation;

/// <summary>The model that the server is configured with: the one of the scenario that runs. Scenarios follow each other.</summary>
internal sealed class ModelSwitch : ILanguageModel
{
    /// <summary>Its name in configuration.</summary>
    public const string ConfiguredName = "scenario";

    private volatile ILanguageModel? current;

    /// <inheritdoc/>
    public string Name => ConfiguredName;

    /// <summary>From now on this one answers.</summary>
    public void To(ILanguageModel model) => current = model;

    /// <inheritdoc/>
    public IAsyncEnumerable<ModelEvent> CompleteAsync(ModelRequest request, CancellationToken cancellationToken) =>
        (current ?? throw new ProviderException(Name, ProviderErrorKind.Unavailable, "No scenario runs.")).CompleteAsync(request, cancellationToken);
}
