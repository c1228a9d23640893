using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Parley.Conversation.Llm;
using Parley.Conversation.PostCall;
using Parley.Conversation.Providers;

namespace Parley.Evaluation;

/// <summary>
/// A language model that does what the scenario says, so that everything around a model can be tried offline, also with one that obeys an attacker,
/// repeats itself or fails. An answer is words and then tools; what stands behind a tool is the answer to its result.
/// </summary>
/// <param name="analysis">What it writes when it is to analyse the call; null for one that only converses.</param>
internal sealed class ScriptedModel(JsonObject? analysis = null) : ILanguageModel
{
    private readonly Lock gate = new();
    private readonly List<string> problems = [];
    private IReadOnlyList<ModelAction>? actions;
    private string where = "";

    /// <inheritdoc/>
    public string Name => "scripted";

    /// <summary>Where the scenario did not say what the model does.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (gate)
                return [.. problems];
        }
    }

    /// <summary>From now on the model is asked about this.</summary>
    /// <param name="next">What it does; null when the scenario does not say.</param>
    /// <param name="place">For messages: the step in line 12.</param>
    public void Expect(IReadOnlyList<ModelAction>? next, string place)
    {
        lock (gate)
            (actions, where) = (next, place);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ModelEvent> CompleteAsync(ModelRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        if (ModelAnalyst.Asks(request))
        {
            // Without it, the rules' analysis stands.
            yield return new ModelEvent.Text(
                analysis?.ToJsonString() ?? throw new ProviderException(Name, ProviderErrorKind.Unavailable, "The scenario's model only converses."));
            yield return new ModelEvent.Finished(ModelFinish.Stop);
            yield break;
        }

        var round = Round(request.Messages);
        var called = false;
        foreach (var action in Answer(round))
        {
            if (action.Fails)
                throw new ProviderException(Name, ProviderErrorKind.Unavailable, "fails, as the scenario says.");
            if (action.Say is { } words)
                yield return new ModelEvent.Text(words);
            if (action.Call is { } tool)
            {
                called = true;
                var id = string.Create(CultureInfo.InvariantCulture, $"call-{action.Line}-{round}");
                yield return new ModelEvent.ToolCall(new ModelToolCall(id, tool, action.Arguments?.ToJsonString() ?? "{}"));
            }
        }

        yield return new ModelEvent.Finished(called ? ModelFinish.ToolCalls : ModelFinish.Stop);
    }

    // How many of its answers asked for tools since the last word that was not the model's.
    private static int Round(IReadOnlyList<ModelMessage> messages)
    {
        var last = messages.Count - 1;
        while (last >= 0 && messages[last].Role != ModelRole.User)
            last--;
        return messages.Skip(last + 1).Count(m => m.Role == ModelRole.Assistant && m.ToolCalls is { Count: > 0 });
    }

    private List<ModelAction> Answer(int round)
    {
        lock (gate)
        {
            if (actions is null)
            {
                problems.Add($"the model is asked about {where}, and the scenario does not say what it does");
                throw new ProviderException(Name, ProviderErrorKind.Unavailable, "The scenario says nothing.");
            }

            var (answer, at) = (new List<ModelAction>(), 0);
            for (var i = 0; i <= round; i++)
            {
                answer.Clear();
                while (at < actions.Count && (actions[at].Call is not null || answer is not [.., { Call: not null }]))
                    answer.Add(actions[at++]);
            }

            if (answer.Count == 0)
                problems.Add($"the model is asked {round + 1} times about {where}, and the scenario says what it does {round} times");
            return answer;
        }
    }
}
