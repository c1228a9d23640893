using Parley.Conversation.Llm;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Providers;

/// <summary>
/// The language models of a chain as one. One that gives no word and no tool in time, or fails before there is a clause to speak, is left for the
/// next; once something was given out a failure ends the answer with a <see cref="ProviderException"/>. Fails also when no model is left.
/// </summary>
public sealed class FallbackLanguageModel : ILanguageModel
{
    private readonly ProviderChain<ILanguageModel> chain;
    private readonly FallbackAnswer<ILanguageModel, ModelRequest, ModelEvent> answers;

    internal FallbackLanguageModel(ProviderChain<ILanguageModel> chain)
    {
        this.chain = chain;
        answers = new FallbackAnswer<ILanguageModel, ModelRequest, ModelEvent>(chain, new Words());
    }

    /// <inheritdoc/>
    public string Name => chain.Name;

    /// <summary>Whether a tenant has a model at all, and not only the embedded agent's rules.</summary>
    public bool HasModel(ProviderChoice? choice) => chain.For(choice).Length > 0;

    /// <inheritdoc/>
    public IAsyncEnumerable<ModelEvent> CompleteAsync(ModelRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return answers.AskAsync(request, "", request.Providers, request.Meter, cancellationToken);
    }

    private sealed class Words : IAnswerKind<ILanguageModel, ModelRequest, ModelEvent>
    {
        public IAsyncEnumerable<ModelEvent> Ask(string name, ILanguageModel provider, ModelRequest request, CancellationToken cancellationToken) =>
            provider.CompleteAsync(request, cancellationToken);

        public bool IsUseful(ModelEvent item) => item is ModelEvent.ToolCall || (item is ModelEvent.Text text && !string.IsNullOrWhiteSpace(text.Delta));

        // Nothing is spoken before the first clause is whole: until then another model may still answer instead.
        public bool IsEnough(IReadOnlyList<ModelEvent> before, ModelEvent newest) => newest is not ModelEvent.Text
            || new SentenceChunker().Add(string.Concat(before.Append(newest).OfType<ModelEvent.Text>().Select(static text => text.Delta))).Count > 0;

        public TimeSpan Plays(ModelEvent item) => TimeSpan.Zero;

        // An end as the first thing: nothing was said.
        public ProviderErrorKind? Refuse(ModelEvent item) => item switch
        {
            ModelEvent.Finished { Reason: ModelFinish.ContentFilter } => ProviderErrorKind.ContentFiltered,
            ModelEvent.Finished => ProviderErrorKind.MalformedAnswer,
            _ => null,
        };

        public void Drop(ModelEvent item)
        {
        }
    }
}
