using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules.Nlu;

namespace Parley.Conversation.Turns;

/// <summary>
/// Yields to words, not to sounds. A backchannel ("mhm", "okay") does not stop the agent, unless the agent is about to end a yes-or-no
/// question: then it is the answer. Words that the agent itself is saying are its echo.
/// </summary>
public sealed class SpeechInterruption : IInterruptionStrategy
{
    // An answer may come while the last words of the question still play.
    private const int QuestionTailMs = 1800;

    /// <inheritdoc/>
    public InterruptionVerdict Judge(in InterruptionContext context)
    {
        if (context.Sensitivity <= 0)
            return context.CallerPaused ? InterruptionVerdict.Ignore : InterruptionVerdict.Wait;

        var words = Utterance.Words(context.Text);
        if (words.Count == 0)
            return context.CallerPaused ? InterruptionVerdict.Ignore : InterruptionVerdict.Wait;

        if (IsEcho(words, context.AgentText))
            return context.CallerPaused ? InterruptionVerdict.Ignore : InterruptionVerdict.Wait;

        if (Utterance.IsBackchannel(words) || IsForeignBackchannel(context))
        {
            if (!context.CallerPaused)
                return InterruptionVerdict.Wait;
            return context.Expectation.Kind == ReplyKind.YesNo && context.AgentRemainingMs <= QuestionTailMs
                ? InterruptionVerdict.Yield
                : InterruptionVerdict.Ignore;
        }

        // Before the caller pauses the last word may be half a word: at the neutral sensitivity two are needed.
        var needed = context.CallerPaused ? 1 : context.Sensitivity > 0.75 ? 1 : context.Sensitivity < 0.25 ? 4 : 2;
        return words.Count >= needed ? InterruptionVerdict.Yield : InterruptionVerdict.Wait;
    }

    // English words come back as they were, and have been looked at.
    private static bool IsForeignBackchannel(in InterruptionContext context) =>
        HeardWords.InEnglish(context.Text, context.Language) is var english && !ReferenceEquals(english, context.Text) && Utterance.IsBackchannel(Utterance.Words(english));

    private static bool IsEcho(List<string> words, string agentText)
    {
        if (words.Count < 2 || agentText.Length == 0)
            return false;

        var spoken = " " + string.Join(' ', Utterance.Words(agentText)) + " ";
        return spoken.Contains(" " + string.Join(' ', words) + " ", StringComparison.Ordinal);
    }
}
