using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Llm;
using Parley.Conversation.Providers;
using Parley.Conversation.Rag;

namespace Parley.Conversation.Agents.Llm;

/// <summary>
/// A receptionist that speaks with the words of a language model, on the tenant's own knowledge and with its tools (docs/agent.md). The model is
/// not trusted: what it says passes the grounding gate, what it does passes <see cref="Tools.CallTools"/>. When it fails, also in the middle of an answer,
/// the rules answer the same turn with what is known so far, where they know the language.
/// </summary>
/// <param name="model">The model, or a chain of them.</param>
/// <param name="rules">Who answers when the model does not, in the languages of <see cref="Rules.LanguageFile"/>.</param>
/// <param name="log">The log.</param>
/// <param name="knowledge">What tenants' documents say; null where there are none.</param>
public sealed partial class LlmAgent(ILanguageModel model, ICallAgent rules, ILogger<LlmAgent> log, IKnowledge? knowledge = null) : ICallAgent
{
    /// <summary>Answers of the model to one turn: with tools, and a last one without.</summary>
    internal const int MostRounds = 4;

    /// <summary>Turns of the past that a model is shown.</summary>
    internal const int MostHistory = PromptDraft.MostTurns;

    private const int SilencesBeforeGoodbye = 3;
    private const int MostCallsRead = 32;

    /// <inheritdoc/>
    public string Name => "llm";

    /// <inheritdoc/>
    public AgentState? RestoreState(string json) => LlmState.FromJson(json) ?? rules.RestoreState(json);

    /// <inheritdoc/>
    public async IAsyncEnumerable<AgentEvent> RespondAsync(AgentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (request.Trigger is AgentTrigger.CallStarted)
        {
            yield return new AgentEvent.Say(request.Call.Tenant.Greeting);
            yield return new AgentEvent.Expect(ReplyExpectation.Anything);
            yield return new AgentEvent.Remember(new LlmState { Facts = request.State?.Facts ?? CallFacts.None });
            yield break;
        }

        var answer = await LlmAnswer.BeginAsync(request, knowledge, cancellationToken);
        var speech = answer.Speech;
        yield return answer.Decision(model.Name);
        Exception? failure = null;
        for (var round = 0; round < MostRounds && failure is null; round++)
        {
            var calls = new List<ModelToolCall>();
            var text = "";
            var offered = round < MostRounds - 1;
            await using var pieces = model.CompleteAsync(offered ? answer.Request() : answer.Request() with { Tools = [] }, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            // A model that goes on and on is not listened to.
            while (calls.Count < MostCallsRead && !(speech.IsClosed && text.Length > SpokenAnswer.MostChars * 4))
            {
                try
                {
                    if (!await pieces.MoveNextAsync())
                        break;
                }
                catch (Exception caught) when (!cancellationToken.IsCancellationRequested)
                {
                    failure = caught;
                    break;
                }

                if (pieces.Current is ModelEvent.ToolCall { Call: var call } && offered)
                    calls.Add(call);
                if (pieces.Current is not ModelEvent.Text { Delta: var delta })
                    continue;
                text += delta;
                foreach (var words in speech.Add(delta))
                    yield return new AgentEvent.Say(words);
            }

            List<ModelMessage> results = [];
            if (failure is null && calls.Count > 0)
            {
                // What is said before a tool has answered is heard before it has.
                foreach (var words in speech.Holds ? [] : speech.EndRound(isGrounded: true))
                    yield return new AgentEvent.Say(words);
                results = await answer.Tools.RunAsync(text, calls, cancellationToken);
            }

            // Of a model that breaks off, the clause that it was in the middle of is not begun.
            foreach (var words in failure is null ? speech.EndRound(answer.Tools.HasSucceeded) : [])
                yield return new AgentEvent.Say(words);
            yield return answer.Decision(model.Name);
            if (results.Count == 0 || (speech.HasSpoken && (answer.Tools.Ends || answer.Tools.Transfer is not null)) || speech.IsClosed)
                break;
            answer.Messages.AddRange(results);
        }

        // What ends with a question is an answer, whatever was to follow.
        if (failure is not null && speech.Text.EndsWith('?'))
            failure = null;
        if (!speech.HasSpoken || failure is not null)
        {
            failure ??= new ProviderException(model.Name, ProviderErrorKind.MalformedAnswer, "The model has nothing to say.");
            if (RulesKnow(Rules.CallLanguage.Of(request).Tag))
            {
                RulesAnswer(log, failure);
                failure = null;
                if (answer.Done() is { } done)
                    yield return new AgentEvent.Say(done);
                else
                {
                    if (speech.HasSpoken)
                        yield return new AgentEvent.Say(Rules.Phrases.Of(Rules.CallLanguage.Of(request).Tag).StartAgain + " ");
                    foreach (var told in answer.Tools.Events)
                        yield return told;
                    // What tools have noted is kept, and where the rules stood when they spoke last.
                    await foreach (var part in rules.RespondAsync(request with { State = (request.State ?? new LlmState()) with { Facts = answer.Tools.Facts } }, cancellationToken))
                        yield return part;
                    yield break;
                }
            }
            else if (!speech.HasSpoken)
            {
                if (failure is not ProviderException { Kind: ProviderErrorKind.MalformedAnswer })
                    ExceptionDispatchInfo.Throw(failure);
                failure = null;
                yield return new AgentEvent.Say(answer.Unknown());
            }
        }

        if (answer.Close() is { } offer)
            yield return new AgentEvent.Say(offer);
        if (!answer.Tools.Ends && answer.Tools.Transfer is null && !IsLast(request.Trigger))
            yield return new AgentEvent.Expect(ReplyGuess.After(speech.Text, request.Call.Tenant.Phone ?? request.Call.CalledNumber));
        yield return answer.Decision(model.Name);
        foreach (var told in answer.Tools.Events)
            yield return told;
        if (answer.Escalation() is { } escalation)
            yield return escalation;
        yield return new AgentEvent.Remember(answer.State());
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        if (answer.Tools.Transfer is { } transfer)
            yield return transfer;
        else if (answer.Tools.Ends || IsLast(request.Trigger))
            yield return new AgentEvent.EndCall();
    }

    /// <summary>What happened, in words; what is not the caller's stands in brackets.</summary>
    internal static string Happened(AgentTrigger trigger) => PromptDraft.Happened(trigger);

    /// <summary>Whether the answer is a goodbye.</summary>
    internal static bool IsLast(AgentTrigger trigger) => trigger is AgentTrigger.EndOfTime or AgentTrigger.CallerSilent { Times: >= SilencesBeforeGoodbye };

    private static bool RulesKnow(string language) => Rules.LanguageFile.Of(language) is not null;

    [LoggerMessage(1037, LogLevel.Warning, "The language model failed; the rules answer this turn")]
    private static partial void RulesAnswer(ILogger logger, Exception failure);
}
