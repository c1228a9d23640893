using Parley.Conversation.Agents;

namespace Parley.Conversation.Turns;

/// <summary>Decides whether what a caller said over the agent's speech takes the floor. Stateless.</summary>
public interface IInterruptionStrategy
{
    /// <summary>Judges the words recognised so far.</summary>
    InterruptionVerdict Judge(in InterruptionContext context);
}

/// <summary>What is known while both speak.</summary>
/// <param name="Text">The caller's words so far; may be empty.</param>
/// <param name="SpeechMs">Speech heard so far.</param>
/// <param name="CallerPaused">The caller has stopped, so the words are complete.</param>
/// <param name="Expectation">What the agent asks for in this reply.</param>
/// <param name="AgentRemainingMs">What is left of the agent's reply.</param>
/// <param name="AgentText">The agent's words, to know its echo by.</param>
/// <param name="Sensitivity">0 (never) to 1 (by the shortest word).</param>
/// <param name="Language">What the caller speaks as far as is known, BCP 47; the script of the text decides before it.</param>
public readonly record struct InterruptionContext(
    string Text, int SpeechMs, bool CallerPaused, ReplyExpectation Expectation, long AgentRemainingMs, string AgentText, double Sensitivity,
    string Language = "en");

/// <summary>What to do.</summary>
public enum InterruptionVerdict
{
    /// <summary>Not enough is known.</summary>
    Wait,

    /// <summary>A backchannel, a noise or an echo: the agent goes on.</summary>
    Ignore,

    /// <summary>The caller takes the floor.</summary>
    Yield,
}
