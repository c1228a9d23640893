using Parley.Conversation.Audio;
using Parley.Conversation.Frames;
using Parley.Conversation.Llm;
using Parley.Conversation.Providers;
using Parley.Conversation.Sts;

namespace Parley.Tests.Common.Calls;

/// <summary>A model that hears and speaks itself, whose events the test tells; what it is given is kept for asserting.</summary>
public sealed class ScriptedSpeechModel : ISpeechToSpeech
{
    /// <summary>How long a character is spoken.</summary>
    public const int MsPerChar = 60;

    private int items;

    public string Name => ProviderNames.OpenAiRealtime;

    /// <summary>Sessions that were opened, in order.</summary>
    public List<ScriptedSpeechSession> Sessions { get; } = [];

    /// <summary>The last one.</summary>
    public ScriptedSpeechSession Session => Sessions[^1];

    public ISpeechToSpeechSession Open(SpeechToSpeechOptions options, SpeechEventSink sink)
    {
        var session = new ScriptedSpeechSession(options, sink);
        Sessions.Add(session);
        return session;
    }

    /// <summary>Tells something.</summary>
    public void Tell(SpeechEvent e, AudioFrame? audio = null) => _ = Session.Sink(e, audio).AsTask();

    /// <summary>Answers at once: to <paramref name="reply"/>, or to the caller.</summary>
    public AnswerItem Answer(string text, int? reply = null, params ModelToolCall[] calls)
    {
        var item = Begin(text, reply);
        Tell(new SpeechEvent.AnswerDone(item.Response, calls, null));
        return item;
    }

    /// <summary>Begins an answer and says all of it, but does not end it. <paramref name="share"/> is how much of its sound there is.</summary>
    public AnswerItem Begin(string text, int? reply = null, double share = 1)
    {
        var item = Open(reply);
        Words(item, text);
        Sound(item, (int)(text.Length * MsPerChar * share));
        return item;
    }

    /// <summary>Begins an answer.</summary>
    public AnswerItem Open(int? reply = null)
    {
        items++;
        Tell(new SpeechEvent.AnswerBegan($"resp_{items}", reply));
        return new AnswerItem($"resp_{items}", $"item_{items}");
    }

    /// <summary>Words of an answer, one after the other.</summary>
    public void Words(AnswerItem item, string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf(' ', at + 1);
            end = end < 0 ? text.Length : end;
            Tell(new SpeechEvent.AnswerText(item, text[at..end]));
            at = end;
        }
    }

    /// <summary>Ends an answer.</summary>
    public void Done(AnswerItem item, params ModelToolCall[] calls) => Tell(new SpeechEvent.AnswerDone(item.Response, calls, null));

    /// <summary>Tools and no words.</summary>
    public void Call(int? reply, params ModelToolCall[] calls)
    {
        items++;
        Tell(new SpeechEvent.AnswerBegan($"resp_{items}", reply));
        Tell(new SpeechEvent.AnswerDone($"resp_{items}", calls, null));
    }

    /// <summary>So much sound, in uneven pieces; a level of 0 is a pause.</summary>
    public void Sound(AnswerItem item, int ms, short level = 4000)
    {
        var audio = new SpeechEvent.AnswerAudio(item);
        for (var left = ms * 8; left > 0;)
        {
            var frame = AudioFrame.Rent(AudioFormat.Telephone, Math.Min(left, 777));
            frame.Bytes.Fill(level == 0 ? MuLaw.Silence : MuLaw.Encode(level));
            left -= frame.Bytes.Length;
            Tell(audio, frame);
        }
    }
}

/// <summary>A session of <see cref="ScriptedSpeechModel"/>.</summary>
public sealed class ScriptedSpeechSession(SpeechToSpeechOptions options, SpeechEventSink sink) : ISpeechToSpeechSession
{
    public SpeechToSpeechOptions Options => options;

    public SpeechEventSink Sink => sink;

    /// <summary>Milliseconds of audio heard.</summary>
    public int HeardMs => Heard.Count / 8;

    public List<byte> Heard { get; } = [];

    /// <summary>What was asked of it, in order.</summary>
    public List<string> Log { get; } = [];

    public bool IsClosed { get; private set; }

    public void Hear(ReadOnlySpan<byte> muLaw) => Heard.AddRange(muLaw);

    public void Respond(int reply, string? told) => Log.Add($"respond {reply}: {told ?? "go on"}");

    public void Tell(string happened) => Log.Add($"tell: {happened}");

    public void GiveResult(string callId, string result) => Log.Add($"result {callId}: {result}");

    public void Cancel(string response) => Log.Add($"cancel {response}");

    public void Truncate(AnswerItem item, int heardMs) => Log.Add($"truncate {item.Id}: {heardMs}");

    public void Probe() => Log.Add("probe");

    public ValueTask DisposeAsync()
    {
        IsClosed = true;
        return ValueTask.CompletedTask;
    }
}
