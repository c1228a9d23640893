using Parley.Conversation.Playout;
using Parley.Conversation.Sts;

namespace Parley.Conversation.Pipeline;

/// <summary>
/// The sound of a reply that a speech-to-speech model speaks, held until its words may be heard. A model gives no times of its words, so sound is let go
/// as far as the words that were read are spoken at the very least; it comes faster than it is played, and its words before it, so that what states
/// nothing is not held up. Belongs to the call's loop.
/// </summary>
internal sealed class GatedSpeech(Reply reply, SpeechGate gate, bool isStrict, int holdMs)
{
    /// <summary>How long a suspicious sentence waits for the caller's words, which it may rest on.</summary>
    public const int CallerWordsMs = 1500;

    private const long Never = long.MaxValue;
    private const int BytesPerMs = 8;

    // The fastest speech that is understood has about 28 characters a second; figures take longer than they look.
    private const int BytesPerChar = 35 * BytesPerMs;

    // And no voice begins with its first sample.
    private const int OnsetBytes = 60 * BytesPerMs;

    // Ordinary speech, to guess where a sentence is in sound that is not whole.
    private const int UsualBytesPerChar = 62 * BytesPerMs;

    // With less than that to play, the caller is about to wait.
    private const int DryMs = 100;

    private readonly List<SpokenItem> items = [];
    private long heldSinceMs = Never;
    private long awaitingSinceMs = Never;
    private bool isOver;        // the last message, whether it was read to its end or not
    private bool isLetGo;       // though its words are late

    /// <summary>The model's messages, in order.</summary>
    public IReadOnlyList<SpokenItem> Items => items;

    /// <summary>What was read.</summary>
    public SpeechGate Gate => gate;

    /// <summary>When <see cref="Advance"/> has something to do at the latest.</summary>
    public long NextDeadline => Math.Min(
        isStrict || heldSinceMs == Never ? Never : heldSinceMs + holdMs, awaitingSinceMs == Never ? Never : awaitingSinceMs + CallerWordsMs);

    /// <summary>
    /// What is not to be heard was said, and the sound of what is before it is there: in an answer that is good but for its last sentence, the rest is heard.
    /// </summary>
    public bool CanCut => gate.Refusal is { } refusal && (items.Count == 0 || isOver || items[^1].Clause.MadeLength >= Most(refusal.Start));

    /// <summary>Words that a message is to consist of, for the next one.</summary>
    public string? Exactly { get; set; }

    /// <summary>Words of a message.</summary>
    public void AddWords(AnswerItem item, string text)
    {
        var known = Of(item);
        known.Clause.AddText(text);
        if (known == items[^1] && gate.Refusal is null)
            gate.Add(text);
    }

    /// <summary>The message as a clause of the reply.</summary>
    public SpokenItem Of(AnswerItem item)
    {
        foreach (var known in items)
        {
            if (known.Item == item)
                return known;
        }

        var clause = new Clause(reply, "");
        clause.Allow(0);
        reply.Clauses.Add(clause);
        var added = new SpokenItem(item, clause);
        items.Add(added);
        gate.Begin(Exactly);
        isOver = isLetGo = false;
        return added;
    }

    /// <summary>Whether an item is a new message.</summary>
    public bool IsNext(AnswerItem item) => items.Count == 0 || (items[^1].Item != item && !items.Exists(known => known.Item == item));

    /// <summary>The last message is over, and another one begins. A sentence that waits for the caller's words waits no longer.</summary>
    public void Next()
    {
        End();
        if (gate.AwaitsCaller)
            gate.StopAwaiting();
        if (items.Count > 0 && gate.IsClear)
            items[^1].Clause.Complete(0);
    }

    /// <summary>No more words come of what is there.</summary>
    public void End()
    {
        isOver = true;
        if (items.Count == 0 || gate.Refusal is not null || items[^1].Clause.IsComplete)
            return;
        gate.End();
        if (isStrict && gate.Length == 0 && items[^1].Bytes > 0)
            gate.RefuseUnread();
        if (gate.IsClear)
            items[^1].Clause.Allow(int.MaxValue);
    }

    /// <summary>What follows from time passing, or from new words: what may be heard is let go.</summary>
    public void Advance(CallPlayout playout, long now)
    {
        if (items.Count == 0)
            return;
        var item = items[^1];
        if (!gate.AwaitsCaller)
            awaitingSinceMs = Never;
        else if (awaitingSinceMs == Never)
            awaitingSinceMs = now;
        else if (now - awaitingSinceMs >= CallerWordsMs)
            gate.StopAwaiting();

        Release(item);
        if (isStrict || gate.AwaitsCaller || gate.Refusal is not null || item.Clause.MadeLength == item.Clause.Length || playout.RemainingMs(now) >= DryMs)
        {
            heldSinceMs = Never;
            return;
        }

        if (heldSinceMs == Never)
            heldSinceMs = now;
        if (now - heldSinceMs < holdMs)
            return;
        heldSinceMs = Never;
        isLetGo = gate.MayGoOn();
        Release(item);
    }

    /// <summary>How many milliseconds of each message the caller heard, who heard so much of a clause and nothing behind it.</summary>
    public IEnumerable<(SpokenItem Item, int HeardMs)> HeardUpTo(Clause? at, int heardMs)
    {
        var position = at is null ? int.MaxValue : reply.Clauses.IndexOf(at);
        return items.Select(item => (item, reply.Clauses.IndexOf(item.Clause).CompareTo(position) switch
        {
            < 0 => item.Ms,
            0 => Math.Min(heardMs, item.Ms),
            _ => 0,
        }));
    }

    /// <summary>
    /// Takes away what is not to be heard, and the clause it is in where nothing else was; tells how many milliseconds of its message stay. The caller
    /// goes on hearing what is before it.
    /// </summary>
    public (AnswerItem Item, int Ms)? Cut(CallPlayout playout, long now)
    {
        if (items.Count == 0)
            return null;
        var item = items[^1];
        var start = gate.Refusal!.Start;
        var least = Least(start);
        var bytes = start == 0 ? 0 : SpeechPauses.Longest(item.Clause.Made, Math.Min(least, item.Clause.MadeLength), Most(start)) ?? least;
        item.Bytes = playout.CutShort(item.Clause, bytes, start, now);
        DropEmpty(item.Clause);
        return (item.Item, item.Ms);
    }

    /// <summary>Nothing more comes: what may be heard of it is, the rest is dropped.</summary>
    public void Leave()
    {
        End();
        if (gate.AwaitsCaller)
            gate.StopAwaiting();
        foreach (var item in items)
        {
            if (item.Clause.IsComplete)
                continue;
            if (gate.IsClear)
                item.Clause.Allow(int.MaxValue);
            else
                item.Clause.CutAt(item.Clause.Length, Math.Min(gate.Checked, gate.Refusal?.Start ?? int.MaxValue));
            item.Clause.Complete(0);
            DropEmpty(item.Clause);
        }
    }

    // Whoever makes the reply anew begins with its first clause.
    private void DropEmpty(Clause clause)
    {
        if (clause.MadeLength > 0)
            return;
        reply.Clauses.Remove(clause);
        clause.Dispose();
    }

    private void Release(SpokenItem item)
    {
        var clause = item.Clause;
        if (clause.IsComplete)
            return;
        isLetGo &= gate.Refusal is null && Least(gate.Checked) < clause.MadeLength;
        var isWhole = gate.IsEnded && gate.IsClear;
        clause.Allow(gate.Refusal is { } refusal ? Least(refusal.Start)
            : isLetGo || isWhole ? int.MaxValue
            : Math.Max(clause.Length, Least(gate.Checked)));
        if (isWhole)
            clause.Complete(0);
    }

    // How far the sound of so many characters reaches at the very least.
    private static int Least(int chars) => chars == 0 ? 0 : OnsetBytes + chars * BytesPerChar;

    // Where the sound of so many characters is over for certain, or nearly so.
    private int Most(int chars)
    {
        var item = items[^1];
        var usual = isOver && gate.Length > 0 ? item.Clause.MadeLength / gate.Length : UsualBytesPerChar;
        return (int)(chars * usual * 1.15);
    }
}

/// <summary>A message of the model as a clause of the reply.</summary>
internal sealed class SpokenItem(AnswerItem item, Clause clause)
{
    public AnswerItem Item => item;

    public Clause Clause => clause;

    /// <summary>Bytes of sound that the model takes to be said.</summary>
    public int Bytes { get; set; }

    public int Ms => Bytes / 8;
}
