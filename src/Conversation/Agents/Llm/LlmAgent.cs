using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Parley.Conversation.Escalations;
using Parley.Conversation.Llm;
using Parley.Conversation.Providers;

namespace Parley.Conversation.Agents.Llm;

/// <summary>
/// A receptionist that speaks with the words of a language model. When the model fails before a word was said, the rules answer the same turn, where
/// they know the language.
/// </summary>
/// <param name="model">The model, or a chain of them.</param>
/// <param name="rules">Who answers when the model does not; speaks English.</param>
/// <param name="log">The log.</param>
public sealed partial class LlmAgent(ILanguageModel model, ICallAgent rules, ILogger<LlmAgent> log) : ICallAgent
{
    // An answer, and what the model says after two rounds of tools.
    private const int MostRounds = 3;
    private const int MostHistory = 40;
    private const int SilencesBeforeGoodbye = 3;

    /// <inheritdoc/>
    public string Name => "llm";

    /// <inheritdoc/>
    public AgentState? RestoreState(string json) => LlmState.FromJson(json) ?? rules.RestoreState(json);

    /// <inheritdoc/>
    public async IAsyncEnumerable<AgentEvent> RespondAsync(AgentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var before = request.State?.Facts ?? CallFacts.None;
        if (request.Trigger is AgentTrigger.CallStarted)
        {
            yield return new AgentEvent.Say(request.Call.Tenant.Greeting);
            yield return new AgentEvent.Remember(new LlmState { Facts = before });
            yield break;
        }

        var tools = new LlmTools(request, before);
        var messages = Messages(request, before);
        var spoken = false;
        Exception? failure = null;
        for (var round = 0; round < MostRounds; round++)
        {
            var (text, calls) = ("", new List<ModelToolCall>());
            await using var pieces = model.CompleteAsync(Request(request, messages), cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (failure is null)
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

                if (pieces.Current is ModelEvent.ToolCall { Call: var call })
                    calls.Add(call);
                if (pieces.Current is not ModelEvent.Text { Delta: var delta } || Aloud(delta) is not { Length: > 0 } words)
                    continue;
                yield return new AgentEvent.Say(text.Length == 0 && spoken ? " " + words : words);
                text += delta;
                spoken |= !string.IsNullOrWhiteSpace(words);
            }

            var results = calls.Select(call => (call, Result: tools.Run(call))).ToList();
            var over = spoken && (tools.Ends || tools.Transfer is not null);
            if (failure is not null || calls.Count == 0 || over)
                break;
            messages.Add(new ModelMessage(ModelRole.Assistant, text, calls));
            messages.AddRange(results.Select(static r => new ModelMessage(ModelRole.Tool, r.Result, ToolCallId: r.call.Id)));
        }

        if (!spoken)
        {
            failure ??= new ProviderException(model.Name, ProviderErrorKind.MalformedAnswer, "The model has nothing to say.");
            if (!RulesKnow(request.Call.Tenant.Language))
                ExceptionDispatchInfo.Throw(failure);
            RulesAnswer(log, failure);
            await foreach (var part in rules.RespondAsync(request with { State = (request.State ?? new LlmState()) with { Facts = tools.Facts } }, cancellationToken))
                yield return part;
            yield break;
        }

        yield return new AgentEvent.Remember(new LlmState { Facts = tools.Facts });
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        if (tools.Transfer is { } department)
            yield return new AgentEvent.TransferCall(department);
        else if (tools.Ends || request.Trigger is AgentTrigger.EndOfTime or AgentTrigger.CallerSilent { Times: >= SilencesBeforeGoodbye })
            yield return new AgentEvent.EndCall();
    }

    private static ModelRequest Request(AgentRequest request, List<ModelMessage> messages) => new()
    {
        Messages = [.. messages],
        Tools = LlmTools.For(request),
        Providers = request.Call.Tenant.Providers,
        Meter = request.Meter,
    };

    private static List<ModelMessage> Messages(AgentRequest request, CallFacts noted)
    {
        List<ModelMessage> messages = [new(ModelRole.System, LlmPrompt.For(request, noted))];
        messages.AddRange(request.History.Skip(Math.Max(0, request.History.Count - MostHistory)).Where(static entry => entry.Text.Length > 0).Select(
            static entry => entry.Speaker == Speaker.Caller
                ? new ModelMessage(ModelRole.User, entry.Text)
                : new ModelMessage(ModelRole.Assistant, entry.Interrupted ? entry.Text + " [the caller broke in here]" : entry.Text)));
        messages.Add(new ModelMessage(ModelRole.User, Happened(request.Trigger) + Mood(request)));
        return messages;
    }

    // What is not the caller's words stands in brackets.
    private static string Happened(AgentTrigger trigger) => trigger switch
    {
        AgentTrigger.CallerSaid said => said.Text,
        AgentTrigger.CallerPressed pressed => $"[The caller pressed the keys {pressed.Digits}.]",
        AgentTrigger.NotUnderstood => "[The caller spoke, but no words were understood. Ask to say it again.]",
        AgentTrigger.CallerSilent { Times: >= SilencesBeforeGoodbye } => "[The caller is still silent. Say goodbye.]",
        AgentTrigger.CallerSilent silent => string.Create(
            CultureInfo.InvariantCulture, $"[The caller has been silent, {silent.Times} times in a row. Ask whether they are still there, and your last question again.]"),
        AgentTrigger.CallResumed { Reason: ResumeReason.TransferFailed } =>
            "[Nobody answered where the caller was to be connected. Apologise, and offer to take a message.]",
        AgentTrigger.CallResumed => "[The line broke and is back. Apologise briefly and go on where you were.]",
        AgentTrigger.EndOfTime => "[The time for this call is over. Say goodbye in one sentence.]",
        _ => "[The caller waits.]",
    };

    private static string Mood(AgentRequest request) => CallerMood.Read(request.History, request.Trigger) switch
    {
        { Angry: true } => "\n[The caller seems to be angry. Apologise in a few words, and offer to connect to a person or to take a message.]",
        { Misunderstood: true } => "\n[The caller was not understood several times. Apologise in a few words, and offer a person or to take a message.]",
        _ => "",
    };

    // Models write marks of emphasis in spite of everything; a voice would read them.
    private static string Aloud(string text) => text.Replace("*", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal);

    private static bool RulesKnow(string language) => language.Split('-')[0].Equals("en", StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(1037, LogLevel.Warning, "The language model failed; the rules answer this turn")]
    private static partial void RulesAnswer(ILogger logger, Exception failure);
}
