using Parley.Conversation.Agents;
using Parley.Conversation.Capture;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Playout;

namespace Parley.Conversation.Replay;

/// <summary>
/// Makes replies of what was captured: finds for each reply the captured one that answered the same, and turns captured events into events of
/// the replayed call. An event for a reply that the replayed call asks for later than the captured one did waits for it.
/// </summary>
internal sealed class CapturedReplies : IReplyMaker
{
    private readonly List<(int Id, string Key)> unclaimed = [];
    private readonly Dictionary<int, Reply> replies = [];       // by captured number
    private readonly Dictionary<int, Clause> clauses = [];
    private readonly Dictionary<int, int> replyOfClause = [];
    private readonly Dictionary<int, List<CapturedEvent>> early = [];
    private readonly Queue<CapturedEvent> ready = new();

    public CapturedReplies(CapturedCall call)
    {
        foreach (var step in call.Steps)
        {
            foreach (var output in step.Outputs)
            {
                if (output.Kind is CallOutputKind.Ask or CallOutputKind.Speak)
                    unclaimed.Add(((int)output.Number, Key(output.Kind, output.Text)));
            }

            if (step.Event is { Kind: CallEventKind.ClauseAdded } added)
                replyOfClause[added.Subject] = added.Reply;
        }
    }

    /// <summary>What the agent was asked, by the captured reply's number.</summary>
    public Dictionary<int, AgentRequest> Requests { get; } = [];

    /// <summary>Captured replies whose makers were done before anybody lost interest in them.</summary>
    public HashSet<int> Complete { get; } = [];

    public void Start(Reply reply, AgentRequest request)
    {
        if (Claim(reply, Key(CallOutputKind.Ask, TappedReplyMaker.Describe(request.Trigger))) is { } id)
            Requests.Add(id, request);
    }

    public void Start(Reply reply, string text) => Claim(reply, Key(CallOutputKind.Speak, text));

    public void StartClause(Clause clause)
    {
        foreach (var (id, reply) in replies)
        {
            if (reply == clause.Reply)
            {
                clauses[-id] = clause;
                Release(-id);
            }
        }
    }

    /// <summary>An event that has waited and can happen now.</summary>
    public bool TryTakeReady(out CapturedEvent e) => ready.TryDequeue(out e!);

    /// <summary>The event in terms of the replayed call; false when it belongs to a reply that the replayed call has not asked for.</summary>
    public bool TryTranslate(CapturedEvent captured, out CallEvent e)
    {
        e = default;
        switch (captured.Kind)
        {
            case CallEventKind.Audio:
                var frame = AudioFrame.Copy(AudioFormat.Telephone, captured.Audio);
                frame.TimestampMs = captured.TimestampMs;
                e = CallEvent.Audio(frame);
                return true;
            case CallEventKind.Key:
                e = CallEvent.Key((char)captured.Number);
                return true;
            case CallEventKind.Mark:
                e = CallEvent.Mark(captured.Text ?? "");
                return true;
            case CallEventKind.Transcript:
                e = CallEvent.Transcript(new(captured.Text ?? "", captured.Number >= 0, captured.Number, captured.Error, captured.EndOfSpeech));
                return true;
            case CallEventKind.End:
                e = CallEvent.End((CallEndReason)captured.Number);
                return true;
            case CallEventKind.AgentOutput or CallEventKind.ReplyDone or CallEventKind.ClauseAdded:
                return TryTranslateReply(captured, out e);
            case CallEventKind.ClauseChunk or CallEventKind.ClauseDone:
                return TryTranslateClause(captured, out e);
            default:
                e = CallEvent.Tick;
                return true;
        }
    }

    private static string Key(CallOutputKind kind, string text) => $"{kind}: {text}";

    private int? Claim(Reply reply, string key)
    {
        var index = unclaimed.FindIndex(u => u.Key == key && u.Id == reply.Id);
        if (index < 0)
            index = unclaimed.FindIndex(u => u.Key == key);
        if (index < 0)
            return null;

        var id = unclaimed[index].Id;
        unclaimed.RemoveAt(index);
        replies.Add(id, reply);
        Release(id);
        return id;
    }

    private void Release(int owner)
    {
        if (!early.Remove(owner, out var waiting))
            return;

        foreach (var e in waiting)
            ready.Enqueue(e);
    }

    private bool TryTranslateReply(CapturedEvent captured, out CallEvent e)
    {
        e = default;
        var id = captured.Kind == CallEventKind.ClauseAdded ? captured.Reply : captured.Subject;
        if (!replies.TryGetValue(id, out var reply))
            return Wait(id, captured);

        switch (captured.Kind)
        {
            case CallEventKind.AgentOutput:
                e = CallEvent.Output(reply, captured.Output!);
                break;
            case CallEventKind.ReplyDone:
                if (!reply.Cancellation.IsCancellationRequested)
                    Complete.Add(id);
                e = CallEvent.ReplyDone(reply, captured.Error is { } error ? CapturedFailure.Of(error) : null);
                break;
            default:
                var clause = new Clause(reply, captured.Text ?? "", captured.IsFiller);
                clauses[captured.Subject] = clause;
                e = CallEvent.ClauseAdded(clause);
                break;
        }

        return true;
    }

    private bool TryTranslateClause(CapturedEvent captured, out CallEvent e)
    {
        e = default;
        if (!clauses.TryGetValue(captured.Subject, out var clause))
            return Wait(captured.Subject < 0 ? captured.Subject : replyOfClause.GetValueOrDefault(captured.Subject), captured);

        e = captured.Kind == CallEventKind.ClauseDone
            ? CallEvent.ClauseDone(clause, captured.Number)
            : CallEvent.ClauseChunk(
                clause, captured.Audio.Length > 0 ? AudioFrame.Copy(AudioFormat.Telephone, captured.Audio) : null, captured.Words);
        return true;
    }

    private bool Wait(int owner, CapturedEvent captured)
    {
        if (!early.TryGetValue(owner, out var waiting))
            early.Add(owner, waiting = []);
        waiting.Add(captured);
        return false;
    }
}

/// <summary>What a provider threw when the call was captured.</summary>
internal sealed class CapturedFailure : Exception
{
    private CapturedFailure(string message)
        : base(message)
    {
    }

    /// <summary>The failure again; the loop tells those of the agent from those of the voice.</summary>
    public static Exception Of(string captured)
    {
        var failure = new CapturedFailure(captured);
        return captured.StartsWith(nameof(AgentFailedException), StringComparison.Ordinal) ? new AgentFailedException(failure) : failure;
    }
}
