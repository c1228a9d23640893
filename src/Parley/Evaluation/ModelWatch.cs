using System.Runtime.CompilerServices;
using Parley.Conversation.Llm;

namespace Parley.Evaluation;

/// <summary>Takes down which tools a model asks for.</summary>
internal sealed class ModelWatch(ILanguageModel model) : ILanguageModel
{
    private readonly Lock gate = new();
    private readonly List<string> tools = [];

    /// <inheritdoc/>
    public string Name => model.Name;

    /// <summary>The tools asked for, in order.</summary>
    public IReadOnlyList<string> Tools
    {
        get
        {
            lock (gate)
                return [.. tools];
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ModelEvent> CompleteAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var piece in model.CompleteAsync(request, cancellationToken))
        {
            if (piece is ModelEvent.ToolCall { Call.Name: var name })
            {
                lock (gate)
                    tools.Add(name);
            }

            yield return piece;
        }
    }
}
