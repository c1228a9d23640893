using System.Globalization;
using System.Text;
using Parley.Conversation.Llm;
using Parley.Conversation.Rag;

namespace Parley.Conversation.Agents.Llm;

/// <summary>
/// One request's messages within a budget: rules, the turns before, notes (passages, what tools told), the caller's words. Rules, notes of tools and the
/// caller's words always stay. What gives way, in this order: the oldest turns down to <see cref="LeastTurns"/>, the lowest passages, the other turns.
/// </summary>
internal sealed class PromptDraft
{
    /// <summary>Turns of the past that passages give way to.</summary>
    public const int LeastTurns = 4;

    /// <summary>Most turns of the past.</summary>
    public const int MostTurns = 40;

    private PromptDraft(List<ModelMessage> messages, IReadOnlyList<Passage> passages, int tokens, int droppedTurns, int droppedPassages) =>
        (Messages, Passages, Tokens, DroppedTurns, DroppedPassages) = (messages, passages, tokens, droppedTurns, droppedPassages);

    /// <summary>The messages.</summary>
    public List<ModelMessage> Messages { get; }

    /// <summary>The passages in them, without what is addressed to a model.</summary>
    public IReadOnlyList<Passage> Passages { get; }

    /// <summary>Estimated.</summary>
    public int Tokens { get; }

    /// <summary>Turns left out.</summary>
    public int DroppedTurns { get; }

    /// <summary>Passages left out.</summary>
    public int DroppedPassages { get; }

    /// <summary>Puts a request together.</summary>
    /// <param name="request">What happened.</param>
    /// <param name="facts">What is noted.</param>
    /// <param name="found">Passages, best first.</param>
    /// <param name="notes">What else is told before the caller's words, such as what tools have done.</param>
    /// <param name="budget">Tokens.</param>
    public static PromptDraft Of(AgentRequest request, CallFacts facts, IReadOnlyList<Passage> found, IReadOnlyList<string> notes, int budget)
    {
        var rules = new ModelMessage(ModelRole.System, LlmPrompt.For(request, facts));
        var last = new ModelMessage(ModelRole.User, Happened(request.Trigger));
        List<ModelMessage> turns =
        [
            .. request.History.Where(static e => e.Text.Length > 0).TakeLast(MostTurns).Select(Turn),
        ];
        List<Passage> passages = [.. found.Select(static p => p with { Text = Untrusted.Clean(p.Text) }).Where(static p => p.Text.Length > 0)];
        var (all, allPassages) = (turns.Count, found.Count);
        int Total() => PromptBudget.Tokens(rules) + PromptBudget.Tokens(last) + turns.Sum(PromptBudget.Tokens) + (Notes(passages, notes) is { } note ? PromptBudget.Tokens(note) : 0);
        var tokens = Total();
        while (tokens > budget && (turns.Count > 0 || passages.Count > 0))
        {
            if (turns.Count > LeastTurns || passages.Count == 0)
                turns.RemoveAt(0);
            else
                passages.RemoveAt(passages.Count - 1);
            tokens = Total();
        }

        List<ModelMessage> messages = [rules, .. turns];
        if (Notes(passages, notes) is { } told)
            messages.Add(told);
        messages.Add(last);
        return new PromptDraft(messages, passages, tokens, all - turns.Count, allPassages - passages.Count);
    }

    /// <summary>What happened, in words; what is not the caller's stands in brackets, which the caller's words have none of.</summary>
    public static string Happened(AgentTrigger trigger) => trigger switch
    {
        AgentTrigger.CallerSaid said => Untrusted.Quote(said.Text),
        AgentTrigger.CallerPressed pressed => PromptTexts.Of("pressed", pressed.Digits),
        AgentTrigger.NotUnderstood => PromptTexts.Of("not-understood"),
        AgentTrigger.CallerSilent when LlmAgent.IsLast(trigger) => PromptTexts.Of("silent-last"),
        AgentTrigger.CallerSilent silent => PromptTexts.Of("silent", silent.Times.ToString(CultureInfo.InvariantCulture)),
        AgentTrigger.CallResumed { Reason: ResumeReason.TransferFailed } => PromptTexts.Of("transfer-failed"),
        AgentTrigger.CallResumed => PromptTexts.Of("resumed"),
        AgentTrigger.EndOfTime => PromptTexts.Of("end-of-time"),
        _ => PromptTexts.Of("waits"),
    };

    private static ModelMessage Turn(HistoryEntry entry) => entry.Speaker == Speaker.Caller
        ? new ModelMessage(ModelRole.User, Untrusted.Quote(entry.Text))
        : new ModelMessage(ModelRole.Assistant, entry.Interrupted ? $"{entry.Text} {PromptTexts.Of("broke-in")}" : entry.Text);

    private static ModelMessage? Notes(List<Passage> passages, IReadOnlyList<string> notes)
    {
        if (passages.Count == 0 && notes.Count == 0)
            return null;
        var text = new StringBuilder(string.Join('\n', notes));
        if (passages.Count > 0)
        {
            text.Append(text.Length > 0 ? "\n" : "").Append(PromptTexts.Of("facts"));
            foreach (var passage in passages)
                text.Append(CultureInfo.InvariantCulture, $"\n<facts source=\"{Untrusted.Quote(passage.Source).Replace('"', '\'')}\">\n{passage.Text}\n</facts>");
        }

        return new ModelMessage(ModelRole.System, text.ToString());
    }
}
