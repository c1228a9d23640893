using Parley.Conversation.Providers;

namespace Parley.Conversation.Pipeline;

/// <summary>What a <see cref="SpeechSide"/> finds out, for the call to act on.</summary>
internal interface ISpeechHost
{
    /// <summary>The caller speaks: what the agent says is over.</summary>
    void CallerBegan();

    /// <summary>The caller's turn is over, and is being answered.</summary>
    void CallerStopped(CallerTurn turn);

    /// <summary>The session is not to carry the call any longer.</summary>
    void SpeechFailed(ProviderException failure);
}
