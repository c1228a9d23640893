using Parley.Conversation.Stores;

namespace Parley.Conversation.Pipeline;

/// <summary>What the caller says to a session, and what of it was written down: words come later than the turn is over. Belongs to the call's loop.</summary>
internal sealed class CallerWords(CallClock clock)
{
    private const int BytesPerMs = 8;
    private const int MostTurnChars = 4000;

    // Words that have not come by then do not come.
    private const int LateMs = 10_000;

    private readonly List<Unwritten> unwritten = [];
    private int speechStartMs;
    private long heardBytes;

    /// <summary>The caller is speaking, as far as the model hears.</summary>
    public bool CallerSpeaks { get; private set; }

    /// <summary>The caller said something that has not been written down.</summary>
    public bool HasUnwritten => unwritten.Count > 0;

    /// <summary>The session was given so much audio.</summary>
    public void Hear(int bytes) => heardBytes += bytes;

    /// <summary>The caller began to speak.</summary>
    public void Begin(int audioMs)
    {
        CallerSpeaks = true;
        speechStartMs = OnCall(audioMs);
    }

    /// <summary>The caller's turn is over.</summary>
    public CallerTurn Stop(string item, int audioMs, AgentSide agent, CallerSide caller, long now)
    {
        CallerSpeaks = false;
        var endedMs = Math.Max(OnCall(audioMs), speechStartMs);
        var words = agent.UnfinishedWords ?? new SpokenWords();
        words.Add(item);
        unwritten.Add(new Unwritten(words, item, caller.Position - (now - endedMs) * BytesPerMs, now));
        return new CallerTurn("", "speech", new TurnTimes
        {
            SpeechStartMs = agent.UnfinishedSinceMs ?? speechStartMs,
            SpeechEndMs = endedMs,
            EndOfTurnMs = (int)now,
        })
        {
            Words = words,
        };
    }

    /// <summary>Nobody speaks to the session any more.</summary>
    public void Leave() => CallerSpeaks = false;

    /// <summary>A piece was written down; null when it is none that is waited for, else its words.</summary>
    public string? Write(string item, string said, AgentSide agent, CallerSide caller, long now)
    {
        var index = unwritten.FindIndex(u => u.Item == item);
        if (index < 0)
            return null;

        var text = PlainText.Of(said, MostTurnChars);
        var (words, _, position, _) = unwritten[index];
        unwritten.RemoveAt(index);
        words.TrySet(item, text, now);
        agent.WordsCame();

        // What was said before and is not written down yet may have to be heard again.
        if (index == 0)
            caller.WrittenDown(position, all: !CallerSpeaks && unwritten.Count == 0, now);
        return text;
    }

    /// <summary>A piece whose words do not come any more; null when there is none.</summary>
    public string? Late(long now) => HasUnwritten && now - unwritten[0].SinceMs >= LateMs ? unwritten[0].Item : null;

    /// <summary>What was not written down was this, or is never known.</summary>
    public void Fill(string text, long nowMs)
    {
        foreach (var (words, _, _, _) in unwritten)
        {
            words.Fill(text, nowMs);
            text = "";
        }

        unwritten.Clear();
    }

    /// <summary>A moment of the session's audio on the call's clock: as long ago as there is audio behind it.</summary>
    private int OnCall(int audioMs) => (int)Math.Clamp(clock.NowMs - (heardBytes / BytesPerMs - audioMs), 0, clock.NowMs);

    /// <summary>A piece of a turn whose words have not come, and where its audio ends.</summary>
    private readonly record struct Unwritten(SpokenWords Words, string Item, long Position, long SinceMs);
}
