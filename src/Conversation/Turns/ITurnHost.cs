namespace Parley.Conversation.Turns;

/// <summary>What a <see cref="TurnController"/> decides, for the call to carry out.</summary>
internal interface ITurnHost
{
    /// <summary>Ask the recogniser for the text of the utterance so far.</summary>
    void RequestText(int request);

    /// <summary>Prepare the reply to this text; the turn is not over.</summary>
    void Speculate(string text);

    /// <summary>The caller goes on: throw the prepared reply away.</summary>
    void DropSpeculation();

    /// <summary>Stop sending; it is not known yet whether the caller means to interrupt.</summary>
    void HoldAgent();

    /// <summary>Silence the agent at once; it may still go on later.</summary>
    void CutAgent();

    /// <summary>The caller did not mean to interrupt: the agent goes on.</summary>
    void ResumeAgent();

    /// <summary>The caller interrupted: the agent's reply is over.</summary>
    void YieldToCaller();

    /// <summary>The caller's turn is over. Empty text: speech without words.</summary>
    void EndTurn(string text, in CallerActivity activity, string rule);

    /// <summary>Forget the utterance: it was a noise, an echo or a backchannel.</summary>
    void Dismiss(string text, string why);
}

/// <summary>What the turn controller needs to know of the agent's side.</summary>
/// <param name="IsActive">A reply is being made or heard.</param>
/// <param name="HeardMs">How much of the current reply was heard.</param>
/// <param name="RemainingMs">How much of it is left.</param>
/// <param name="Text">The reply's words.</param>
/// <param name="Expectation">What the agent asks for.</param>
internal readonly record struct AgentActivity(
    bool IsActive, long HeardMs, long RemainingMs, string Text, Agents.ReplyExpectation Expectation);
