using System.Runtime.CompilerServices;
using Parley.Conversation.Llm;

namespace Parley.Tests.Common.Llm;

/// <summary>A model whose answers hang on the request alone, so that a question asked twice is answered twice.</summary>
public sealed class ScriptedModel(Func<ModelRequest, IEnumerable<ModelEvent>> answer) : ILanguageModel
{
    public string Name => "scripted";

    public List<ModelRequest> Requests { get; } = [];

    public static ModelEvent Say(string text) => new ModelEvent.Text(text);

    public static ModelEvent Call(string name, string arguments, string id = "call_1") => new ModelEvent.ToolCall(new ModelToolCall(id, name, arguments));

    public async IAsyncEnumerable<ModelEvent> CompleteAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Requests.Add(request);
        foreach (var one in answer(request))
            yield return one;
        await Task.CompletedTask;
        yield return new ModelEvent.Finished(ModelFinish.Stop);
    }
}
