using Parley.Conversation.Agents;
using Parley.Conversation.Stores;

namespace Parley.Conversation.Pipeline;

/// <summary>
/// The conversation so far, as it really was: what the caller said and what the caller heard. Writes each turn to the journal when it is
/// over. A caller's turn is kept open until the reply to it has been heard: a caller who goes on before that had not finished. Where words come
/// later than the reply, what is written behind them waits for them.
/// </summary>
internal sealed class CallTranscript(Guid callId, DateTimeOffset startedAt, ICallJournal journal, int nextOrdinal, IEnumerable<HistoryEntry> before)
{
    private readonly List<HistoryEntry> history = [.. before];
    private readonly Queue<(TurnRecord Turn, SpokenWords? Words, int History)> waiting = new();
    private CallerTurn? open;

    /// <summary>What both sides know; the turn being answered is not part of it.</summary>
    public IReadOnlyList<HistoryEntry> Closed => history;

    /// <summary>The caller's turn that is being answered, if any.</summary>
    public CallerTurn? Open => open;

    /// <summary>Ordinal of the turn that is being answered, or of the next one to be written down.</summary>
    public int NextOrdinal => nextOrdinal + waiting.Count;

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
        history.Add(new HistoryEntry(Speaker.Caller, turn.Said));
        Write(turn.Words, new TurnRecord
        {
            CallId = callId,
            Ordinal = 0,
            Speaker = Speaker.Caller,
            Source = turn.Source,
            GeneratedText = turn.Said,
            SentText = turn.Said,
            HeardText = turn.Said,
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
        Write(null, new TurnRecord
        {
            CallId = callId,
            Ordinal = 0,
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

    /// <summary>Writes what waited for words that have come; <paramref name="all"/>: they do not come any more.</summary>
    public void Flush(bool all = false)
    {
        while (waiting.TryPeek(out var next) && (all || next.Words is null or { IsComplete: true }))
        {
            waiting.Dequeue();
            var turn = next.Turn;
            if (next.Words is { } words)
            {
                turn = turn with
                {
                    GeneratedText = words.Text, SentText = words.Text, HeardText = words.Text, Times = turn.Times with { FinalTextMs = words.KnownAtMs },
                };
                history[next.History] = history[next.History] with { Text = words.Text };

                // Speech without words is no turn.
                if (words.Text.Length == 0)
                    continue;
            }

            journal.Write(turn with { Ordinal = nextOrdinal++ });
        }
    }

    private void Write(SpokenWords? words, TurnRecord turn)
    {
        waiting.Enqueue((turn, words, history.Count - 1));
        Flush();
    }

    private DateTimeOffset At(long ms) => startedAt.AddMilliseconds(ms);
}

/// <summary>A caller's turn that was declared over.</summary>
internal sealed record CallerTurn(string Text, string Source, TurnTimes Times)
{
    /// <summary>The words, where they are written down later than the turn is over; null where they are <see cref="Text"/>.</summary>
    public SpokenWords? Words { get; init; }

    /// <summary>The words that are known.</summary>
    public string Said => Words?.Text ?? Text;
}
