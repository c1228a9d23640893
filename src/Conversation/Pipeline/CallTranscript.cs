using Parley.Conversation.Agents;
using Parley.Conversation.Stores;

namespace Parley.Conversation.Pipeline;

/// <summary>
/// The conversation so far, as it really was: what the caller said and what the caller heard. Writes each turn to the journal when it is
/// over. A caller's turn is kept open until the reply to it has been heard: a caller who goes on before that had not finished.
/// </summary>
internal sealed class CallTranscript(Guid callId, DateTimeOffset startedAt, ICallJournal journal, int nextOrdinal, IEnumerable<HistoryEntry> before)
{
    private readonly List<HistoryEntry> history = [.. before];
    private CallerTurn? open;

    /// <summary>What both sides know; the turn being answered is not part of it.</summary>
    public IReadOnlyList<HistoryEntry> Closed => history;

    /// <summary>The caller's turn that is being answered, if any.</summary>
    public CallerTurn? Open => open;

    /// <summary>Ordinal of the turn that is being answered, or of the next one to be written down.</summary>
    public int NextOrdinal => nextOrdinal;

    /// <summary>The caller's turn is over, unless the caller goes on at once.</summary>
    public void OpenCallerTurn(CallerTurn turn)
    {
        CloseCallerTurn();
        open = turn;
    }

    /// <summary>The caller went on: takes the open turn back, to be joined with what follows.</summary>
    public CallerTurn? ReopenCallerTurn()
    {
        var turn = open;
        open = null;
        return turn;
    }

    /// <summary>The reply is being heard: the caller's turn stands.</summary>
    public void CloseCallerTurn(AgentState? state = null)
    {
        if (open is not { } turn)
            return;

        open = null;
        history.Add(new HistoryEntry(Speaker.Caller, turn.Text));
        journal.Write(new TurnRecord
        {
            CallId = callId,
            Ordinal = nextOrdinal++,
            Speaker = Speaker.Caller,
            Source = turn.Source,
            GeneratedText = turn.Text,
            SentText = turn.Text,
            HeardText = turn.Text,
            StartedAt = At(turn.Times.SpeechStartMs ?? turn.Times.EndOfTurnMs ?? 0),
            EndedAt = At(turn.Times.SpeechEndMs ?? turn.Times.EndOfTurnMs ?? 0),
            Times = turn.Times,
            AgentStateJson = state?.ToJson(),
            Facts = state?.Facts,
        });
    }

    /// <summary>An agent's turn is over.</summary>
    public void AddAgentTurn(string generated, string sent, string heard, bool interrupted, TurnTimes times, long endedMs, AgentState? state, string? decisionJson = null)
    {
        CloseCallerTurn();
        if (heard.Length > 0)
            history.Add(new HistoryEntry(Speaker.Agent, heard, interrupted));
        journal.Write(new TurnRecord
        {
            CallId = callId,
            Ordinal = nextOrdinal++,
            Speaker = Speaker.Agent,
            GeneratedText = generated,
            SentText = sent,
            HeardText = heard,
            Interrupted = interrupted,
            StartedAt = At(times.FirstFrameSentMs ?? times.EndOfTurnMs ?? (int)endedMs),
            EndedAt = At(endedMs),
            Times = times,
            AgentStateJson = state?.ToJson(),
            Facts = state?.Facts,
            DecisionJson = decisionJson,
        });
    }

    private DateTimeOffset At(long ms) => startedAt.AddMilliseconds(ms);
}

/// <summary>A caller's turn that was declared over.</summary>
internal sealed record CallerTurn(string Text, string Source, TurnTimes Times);
