using BenchmarkDotNet.Attributes;
using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Persistence.Calls;
using Parley.Persistence.Json;

namespace Parley.Benchmarks.Conversation;

/// <summary>What is written down of a turn: by the call's loop, and as the line that the journal keeps while the database is away.</summary>
public class TranscriptBenchmarks
{
    private static readonly TurnTimes Times = new()
    {
        SpeechStartMs = 12_000, SpeechEndMs = 14_500, FinalTextMs = 14_700, EndOfTurnMs = 14_900, FirstAgentTextMs = 14_720,
        FirstAudioMs = 14_760, FirstFrameSentMs = 14_905, FirstMarkMs = 15_010,
    };

    private static readonly CallerTurn Said = new("I'd like to book a table for four people tomorrow at seven", "speech", Times);

    private readonly LastTurn journal = new();
    private readonly Guid callId = Guid.CreateVersion7(DateTimeOffset.UnixEpoch);

    /// <summary>A caller's turn and the agent's answer to it, the first of a call.</summary>
    [Benchmark]
    public void Write_down_an_exchange()
    {
        var transcript = new CallTranscript(callId, DateTimeOffset.UnixEpoch, journal, 0, []);
        transcript.OpenCallerTurn(Said);
        const string reply = "A table for four, tomorrow at seven. Under which name?";
        transcript.AddAgentTurn(reply, reply, reply, interrupted: false, Times, 18_000, null);
    }

    [Benchmark]
    public string Journal_line() => PersistenceJson.Write(new JournalEntry { Turn = journal.Turn });

    [GlobalSetup]
    public void Setup()
    {
        Write_down_an_exchange();
        if (journal.Turn is not { Speaker: Speaker.Agent, Ordinal: 1 })
            throw new InvalidOperationException("Two turns must be written.");
    }

    private sealed class LastTurn : ICallJournal
    {
        public TurnRecord? Turn { get; private set; }

        public void Write(TurnRecord turn) => Turn = turn;

        public void Write(CallEnded call)
        {
        }
    }
}
