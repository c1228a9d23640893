using Parley.Conversation.Pipeline;
using Parley.Conversation.Playout;

namespace Parley.Conversation.Capture;

/// <summary>
/// Writes one call's events and outputs into blocks and hands full blocks to the writer. Belongs to the call's loop: nothing here waits, and a
/// frame costs a copy of its 160 bytes.
/// </summary>
internal sealed class CallRecorder(CallCaptures captures, CaptureFile file, byte[] head) : ICallTap, IDisposable
{
    // A block is full from here on: a few seconds of a call, which are lost when the process dies.
    private const int BlockBytes = 48 * 1024;
    private const int Capacity = 64 * 1024;

    private readonly Dictionary<Clause, int> clauses = new(ReferenceEqualityComparer.Instance);
    private RecordWriter? block;
    private long lastMs;
    private long timestampMs;

    public void Begin(CallClock clock)
    {
        block = new RecordWriter(Capacity);
        block.Begin(EventRecords.Head, 0);
        block.Bytes(head);
        block.End();
        block.Begin(EventRecords.Began, clock.NowMs);
        block.Number(clock.StartedAt.UtcTicks);
        block.End();
        lastMs = clock.NowMs;
    }

    public void Take(long nowMs, in CallEvent e)
    {
        // What the loop gave out for an event belongs to it: blocks end before the next.
        if (block is { Length: >= BlockBytes })
            HandOver();
        if (block is null)
            return;

        block.Begin((byte)(EventRecords.First + (byte)e.Kind), nowMs - lastMs);
        EventRecords.Write(block, e, clauses, ref timestampMs);
        block.End();
        lastMs = nowMs;
    }

    public void Note(CallOutputKind kind, long number = 0, string text = "")
    {
        if (block is null)
            return;

        block.Begin((byte)(EventRecords.FirstOutput + (byte)kind), 0);
        block.Number(number);
        block.Text(text);
        block.End();
    }

    public IReplyMaker Over(IReplyMaker maker) => new TappedReplyMaker(maker, this);

    /// <summary>The call is over.</summary>
    public void Dispose()
    {
        if (block is null)
            return;

        captures.HandOver(file, block, last: true);
        block = null;
    }

    private void HandOver() => block = captures.HandOver(file, block!, last: false) ? new RecordWriter(Capacity) : null;
}
