using System.Globalization;
using System.Text.Json;
using Parley.Conversation.Agents;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Playout;
using Parley.Conversation.Stores;
using Parley.Conversation.Stt;

namespace Parley.Conversation.Capture;

/// <summary>Puts a tap on what the loop gives out to its services.</summary>
internal static class Tapped
{
    public static CallServices Services(CallServices services, ICallTap tap) => services with
    {
        SpeechToText = new TappedRecogniser(services.SpeechToText, tap),
        Journal = new TappedJournal(services.Journal, tap),
    };
}

/// <summary>A carrier whose messages are seen by a tap.</summary>
internal sealed class TappedTransport(ICallTransport carrier, ICallTap tap) : ICallTransport
{
    public void SendAudio(ReadOnlySpan<byte> muLaw)
    {
        tap.Note(CallOutputKind.Media, muLaw.Length, Crc32C.Of(muLaw).ToString("x8", CultureInfo.InvariantCulture));
        carrier.SendAudio(muLaw);
    }

    public void SendMark(string name)
    {
        tap.Note(CallOutputKind.Mark, 0, name);
        carrier.SendMark(name);
    }

    public void SendClear()
    {
        tap.Note(CallOutputKind.Clear);
        carrier.SendClear();
    }

    public void Close()
    {
        tap.Note(CallOutputKind.Close);
        carrier.Close();
    }
}

/// <summary>A journal whose entries are seen by a tap.</summary>
internal sealed class TappedJournal(ICallJournal journal, ICallTap tap) : ICallJournal
{
    public void Write(TurnRecord turn)
    {
        tap.Note(CallOutputKind.Turn, turn.Ordinal, JsonSerializer.Serialize(turn, CaptureJson.Whole));
        journal.Write(turn);
    }

    public void Write(CallEnded call)
    {
        // What providers charged for is theirs, not the loop's.
        tap.Note(CallOutputKind.CallEnd, 0, JsonSerializer.Serialize(call with { Usage = [] }, CaptureJson.Whole));
        journal.Write(call);
    }
}

/// <summary>A recogniser whose requests are seen by a tap.</summary>
internal sealed class TappedRecogniser(ISpeechToText recogniser, ICallTap tap) : ISpeechToText
{
    public string Name => recogniser.Name;

    public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink) =>
        new Stream(recogniser.Open(options, sink), tap);

    private sealed class Stream(ISpeechToTextStream stream, ICallTap tap) : ISpeechToTextStream
    {
        public void Write(ReadOnlySpan<short> samples) => stream.Write(samples);

        public void RequestFinal(int request)
        {
            tap.Note(CallOutputKind.RequestText, request);
            stream.RequestFinal(request);
        }

        public void Commit()
        {
            tap.Note(CallOutputKind.Commit);
            stream.Commit();
        }

        public ValueTask DisposeAsync() => stream.DisposeAsync();
    }
}

/// <summary>A maker of replies whose orders are seen by a tap.</summary>
internal sealed class TappedReplyMaker(IReplyMaker maker, ICallTap tap) : IReplyMaker
{
    public void Start(Reply reply, AgentRequest request)
    {
        tap.Note(CallOutputKind.Ask, reply.Id, Describe(request.Trigger));
        maker.Start(reply, request);
    }

    public void Start(Reply reply, string text)
    {
        tap.Note(CallOutputKind.Speak, reply.Id, text);
        maker.Start(reply, text);
    }

    public void StartClause(Clause clause)
    {
        tap.Note(CallOutputKind.Hold, clause.Reply.Id, clause.Text);
        maker.StartClause(clause);
    }

    /// <summary>A trigger in words: equal for equal triggers.</summary>
    public static string Describe(AgentTrigger trigger) => trigger switch
    {
        AgentTrigger.CallStarted => "call started",
        AgentTrigger.CallResumed resumed => $"call resumed, {resumed.Reason}",
        AgentTrigger.CallerSaid said => $"said: {said.Text}",
        AgentTrigger.NotUnderstood not => string.Create(CultureInfo.InvariantCulture, $"not understood, {not.Times}"),
        AgentTrigger.CallerPressed pressed => $"pressed: {pressed.Digits}",
        AgentTrigger.CallerSilent silent => string.Create(CultureInfo.InvariantCulture, $"silent, {silent.Times}"),
        AgentTrigger.EndOfTime => "end of time",
        _ => trigger.GetType().Name,
    };
}
