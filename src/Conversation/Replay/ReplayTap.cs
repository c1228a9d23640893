using Parley.Conversation.Capture;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Playout;

namespace Parley.Conversation.Replay;

/// <summary>Takes down what a replayed call gives out, and gives it captured replies.</summary>
internal sealed class ReplayTap(IReplyMaker captured, TextWriter log) : ICallTap
{
    private long nowMs;

    /// <summary>Everything the call gave out.</summary>
    public List<CallOutput> Outputs { get; } = [];

    public void Begin(CallClock clock) => nowMs = clock.NowMs;

    public void Take(long atMs, in CallEvent e) => nowMs = atMs;

    public void Note(CallOutputKind kind, long number = 0, string text = "")
    {
        var output = new CallOutput(nowMs, kind, number, text);
        Outputs.Add(output);
        log.Write(ReplayLog.Line(output));
        log.Write('\n');
    }

    public IReplyMaker Over(IReplyMaker maker) => new TappedReplyMaker(captured, this);
}
