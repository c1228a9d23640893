using Parley.Conversation.Agents;

namespace Parley.Conversation.Turns;

/// <summary>Decides how long a pause must be to end the caller's turn. Stateless.</summary>
public interface IEndpointingStrategy
{
    /// <summary>The silence that ends the turn, and the rule that said so.</summary>
    EndpointVerdict Judge(in EndpointContext context);
}

/// <summary>What is known when the caller pauses.</summary>
/// <param name="Text">The words of the turn so far.</param>
/// <param name="Expectation">What the agent asked for.</param>
/// <param name="Patience">The tenant's factor; 1 is neutral.</param>
/// <param name="SpeechMs">Speech heard in the turn so far, without its pauses, in milliseconds; 0 when unknown.</param>
/// <param name="Tuned">The tenant's own silences; null for the installation's.</param>
/// <param name="EndOfSpeech">The recogniser, too, takes the caller to be done.</param>
/// <param name="Language">What the caller speaks as far as is known, BCP 47; the script of the text decides before it.</param>
public readonly record struct EndpointContext(
    string Text, ReplyExpectation Expectation, double Patience = 1, int SpeechMs = 0, EndpointingOptions? Tuned = null,
    bool EndOfSpeech = false, string Language = "en");

/// <summary>How long to wait, and why.</summary>
/// <param name="SilenceMs">Silence that ends the turn, in milliseconds.</param>
/// <param name="Rule">Name of the rule that decided, for logs and tests.</param>
public readonly record struct EndpointVerdict(int SilenceMs, string Rule);
