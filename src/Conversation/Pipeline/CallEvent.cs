using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Playout;
using Parley.Conversation.Sts;
using Parley.Conversation.Stt;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Pipeline;

/// <summary>What can happen to a call. Everything reaches the loop as one of these, in order.</summary>
internal enum CallEventKind : byte
{
    /// <summary>A frame of the caller's audio.</summary>
    Audio,

    /// <summary>The caller pressed a key.</summary>
    Key,

    /// <summary>The carrier returned a mark.</summary>
    Mark,

    /// <summary>The recogniser heard something.</summary>
    Transcript,

    /// <summary>The agent gave out something for a reply.</summary>
    AgentOutput,

    /// <summary>The synthesiser begins a clause of a reply.</summary>
    ClauseAdded,

    /// <summary>The synthesiser gave audio, word timings, or both for a clause.</summary>
    ClauseChunk,

    /// <summary>A clause is complete.</summary>
    ClauseDone,

    /// <summary>A reply is complete, or failed.</summary>
    ReplyDone,

    /// <summary>A deadline may have passed.</summary>
    Tick,

    /// <summary>The call is to end.</summary>
    End,

    /// <summary>Something happened in the session of a model that hears and speaks itself.</summary>
    Speech,
}

/// <summary>One event of a call; a value, so that frames cross the channel without allocation.</summary>
internal readonly struct CallEvent
{
    public required CallEventKind Kind { get; init; }

    public AudioFrame? Frame { get; init; }

    public object? Subject { get; init; }

    public object? Detail { get; init; }

    public int Number { get; init; }

    /// <summary>With a transcript: the recogniser takes the caller to be done.</summary>
    public bool EndOfSpeech { get; init; }

    // Nobody speaks as much in one turn; a recogniser that tells more is out of order.
    private const int MostTranscriptChars = 4000;

    public static CallEvent Audio(AudioFrame frame) => new() { Kind = CallEventKind.Audio, Frame = frame };

    public static CallEvent Key(char key) => new() { Kind = CallEventKind.Key, Number = key };

    public static CallEvent Mark(string name) => new() { Kind = CallEventKind.Mark, Subject = name };

    public static CallEvent Transcript(TranscriptEvent transcript) => new()
    {
        Kind = CallEventKind.Transcript,
        Subject = PlainText.Of(transcript.Text, MostTranscriptChars),
        Detail = transcript.Error,
        Number = transcript.IsFinal ? transcript.Request : -1,
        EndOfSpeech = transcript.EndOfSpeech,
    };

    public static CallEvent Output(Reply reply, AgentEvent output) =>
        new() { Kind = CallEventKind.AgentOutput, Subject = reply, Detail = output };

    public static CallEvent ClauseAdded(Clause clause) => new() { Kind = CallEventKind.ClauseAdded, Subject = clause };

    public static CallEvent ClauseChunk(Clause clause, AudioFrame? audio, IReadOnlyList<WordTiming>? words) =>
        new() { Kind = CallEventKind.ClauseChunk, Subject = clause, Frame = audio, Detail = words };

    public static CallEvent ClauseDone(Clause clause, int charsSpoken) =>
        new() { Kind = CallEventKind.ClauseDone, Subject = clause, Number = charsSpoken };

    public static CallEvent ReplyDone(Reply reply, Exception? error) =>
        new() { Kind = CallEventKind.ReplyDone, Subject = reply, Detail = error };

    public static CallEvent Speech(SpeechEvent e, AudioFrame? audio) => new() { Kind = CallEventKind.Speech, Subject = e, Frame = audio };

    public static CallEvent End(CallEndReason reason) => new() { Kind = CallEventKind.End, Number = (int)reason };

    public static readonly CallEvent Tick = new() { Kind = CallEventKind.Tick };
}
