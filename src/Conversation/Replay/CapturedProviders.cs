using Parley.Conversation.Agents;
using Parley.Conversation.Capture;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Stores;
using Parley.Conversation.Stt;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Replay;

/// <summary>
/// Stands in for everything outside of a replayed call. What providers gave is in the capture's events; what they are asked for is seen by the
/// tap, and nobody has to do it.
/// </summary>
internal sealed class CapturedProviders(CaptureHeader header, CaptureHead head) : ICallAgent, ISpeechToText, ISpeechToTextStream, ITextToSpeech, ICallTransport, ICallJournal
{
    string ICallAgent.Name => header.Agent;

    string ISpeechToText.Name => header.Recogniser;

    string ITextToSpeech.Name => header.Voice;

    public AgentState? RestoreState(string json)
    {
        var facts = head.Resume?.Facts ?? CallFacts.None;
        return new CapturedState(json, facts) { Facts = facts };
    }

    public ISpeechToTextStream Open(SpeechToTextOptions options, Action<TranscriptEvent> sink) => this;

    public IAsyncEnumerable<AgentEvent> RespondAsync(AgentRequest request, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A captured reply is not made again.");

    public IAsyncEnumerable<SpeechChunk> SynthesizeAsync(SpeechRequest request, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A captured reply is not made again.");

    public void Write(ReadOnlySpan<short> samples)
    {
    }

    public void RequestFinal(int request)
    {
    }

    public void Commit()
    {
    }

    public void SendAudio(ReadOnlySpan<byte> muLaw)
    {
    }

    public void SendMark(string name)
    {
    }

    public void SendClear()
    {
    }

    public void Close()
    {
    }

    public void Write(TurnRecord turn)
    {
    }

    public void Write(CallEnded call)
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
