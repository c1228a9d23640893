using System.Text.Json.Nodes;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Sts;

/// <summary>A sentence that the caller is not to hear.</summary>
/// <param name="Start">Where it begins in its message, in characters.</param>
/// <param name="Sentence">The words.</param>
/// <param name="Why">What is wrong with it.</param>
internal sealed record Refusal(int Start, string Sentence, RefusalReason Why);

/// <summary>Why a sentence is not to be heard.</summary>
internal enum RefusalReason
{
    /// <summary>It states what nothing known says.</summary>
    Unknown,

    /// <summary>It gives the rules away.</summary>
    Leak,

    /// <summary>It is in a language that the tenant has switched off.</summary>
    Language,
}

/// <summary>
/// Reads what a speech-to-speech model says as its words come, and tells how far into a message they may be heard: words that state nothing as soon as
/// they are there, a sentence that may state a fact once it is whole and the fact is known (<see cref="GroundingGate"/>). Knows nothing of sound.
/// </summary>
/// <param name="evidence">What is known; grows while tools come to results.</param>
/// <param name="leaks">Tells words of the rules.</param>
/// <param name="callerWords">What the caller asked, as far as it is written down.</param>
/// <param name="wordsPending">More of it is being written down.</param>
/// <param name="languages">Which languages may be spoken.</param>
internal sealed class SpeechGate(Evidence evidence, LeakCheck leaks, string callerWords, bool wordsPending, SpokenLanguages languages)
{
    private readonly Queue<int> ends = new();   // of the sentences that are whole, not judged yet
    private SentenceChunker chunker = new();
    private string text = "";
    private string soFar = "";
    private string? exactly;
    private int expected;       // characters of those words that were said
    private int chunked;        // where the chunker stands
    private int start;          // of the sentence that is being read
    private int leakRead;

    /// <summary>What was decided, for the record.</summary>
    public List<JsonObject> Notes { get; } = [];

    /// <summary>Characters of the message so far.</summary>
    public int Length => text.Length;

    /// <summary>Characters of the message that may be heard; fewer again when what follows shows that they belong to a sentence that has to wait.</summary>
    public int Checked { get; private set; }

    /// <summary>No more words come of the message.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>All there is of the message may be heard.</summary>
    public bool IsClear => Refusal is null && Checked >= text.Length;

    /// <summary>What is said rests on nothing yet, and the caller's own words, which it may rest on, are still being written down.</summary>
    public bool AwaitsCaller { get; private set; }

    /// <summary>What is not to be heard; nothing is behind it.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>What the caller asked.</summary>
    public string CallerWords => callerWords;

    /// <summary>The next message begins. <paramref name="words"/>: it was told to be these and no others.</summary>
    public void Begin(string? words = null)
    {
        chunker = new SentenceChunker();
        ends.Clear();
        text = "";
        exactly = words;
        expected = chunked = start = leakRead = Checked = 0;
        IsEnded = AwaitsCaller = false;
        Refusal = null;
    }

    /// <summary>More words.</summary>
    public void Add(string words)
    {
        text += words;
        if (exactly is not null)
        {
            Compare(words);
            return;
        }

        foreach (var clause in chunker.Add(words))
        {
            chunked = text.IndexOf(clause, chunked, StringComparison.Ordinal) + clause.Length;
            if (clause[^1] is '.' or '!' or '?' or '…')
                ends.Enqueue(chunked);
        }

        Read();
    }

    /// <summary>The message is whole.</summary>
    public void End()
    {
        IsEnded = true;
        Read();
    }

    /// <summary>There is sound without words to it: what it says is not known.</summary>
    public void RefuseUnread() => Refuse(start, "", RefusalReason.Unknown, GateResult.Nothing, "unread");

    /// <summary>More of the caller's words were written down; <paramref name="all"/> of them are there now.</summary>
    public void CallerSaid(string words, bool all)
    {
        callerWords = callerWords.Length == 0 ? words : $"{callerWords} {words}";
        evidence.Add(EvidenceOrigin.Caller, "caller", words);
        wordsPending = !all;
        Read();
    }

    /// <summary>The caller's words do not come in time: judges without them.</summary>
    public void StopAwaiting()
    {
        wordsPending = AwaitsCaller = false;
        Read();
    }

    /// <summary>More words are late: whether what there is of them may be heard, with what follows unknown.</summary>
    public bool MayGoOn() => Refusal is null && (text.Length == start || Judge(text.Length));

    private void Read()
    {
        while (Refusal is null && exactly is null && ends.TryPeek(out var end))
        {
            if (!Judge(end))
            {
                Checked = start;
                return;
            }

            Commit(end);
            ends.Dequeue();
        }

        if (Refusal is null && exactly is null && !string.IsNullOrWhiteSpace(text[start..]))
            ReadRest(text[start..]);
        else if (Refusal is null && IsEnded)
            Checked = text.Length;
    }

    // What there is of a sentence.
    private void ReadRest(string rest)
    {
        if (IsEnded || IsWhole(rest))
        {
            if (!Judge(text.Length))
                Checked = start;
            else if (IsEnded)
                Commit(text.Length);
            else
                Checked = text.Length;
        }
        else
        {
            // What has begun to state a fact is not begun to be heard: it would break off in the middle.
            Checked = GroundingGate.MustWait(rest) || leaks.MayLeak(rest) || languages.OffIn(rest) is not null ? start : start + LengthWithoutName(rest);
        }
    }

    private void Commit(int end)
    {
        var sentence = text[start..end].Trim();
        var result = Check(sentence);
        if (result.Claims.Count > 0)
            Notes.Add(GateNote.Of("passed", sentence, result));
        soFar += sentence + " ";
        start = end;
        Checked = Math.Max(Checked, end);
    }

    private bool Judge(int end)
    {
        var sentence = text[start..end].Trim();
        if (leakRead < end)
        {
            var piece = text[leakRead..end];
            leakRead = end;
            if (leaks.Leaks(piece))
                return Refuse(start, sentence, RefusalReason.Leak, GateResult.Nothing, "leak");
        }

        if (languages.OffIn(sentence) is { } off)
            return Refuse(start, sentence, RefusalReason.Language, GateResult.Nothing, "language:" + off);

        var result = Check(sentence);
        AwaitsCaller = !result.IsGrounded && wordsPending;
        return result.IsGrounded || (!wordsPending && Refuse(start, sentence, RefusalReason.Unknown, result, "replaced"));
    }

    private GateResult Check(string sentence) => GroundingGate.Check(sentence, evidence, $"{soFar} {callerWords}");

    private bool Refuse(int at, string sentence, RefusalReason why, GateResult result, string outcome)
    {
        Refusal = new Refusal(at, sentence, why);
        Notes.Add(GateNote.Of(outcome, sentence, result));
        return false;
    }

    // Letters and digits count, as they are heard.
    private void Compare(string words)
    {
        foreach (var c in words)
        {
            if (!char.IsLetterOrDigit(c))
                continue;
            while (expected < exactly!.Length && !char.IsLetterOrDigit(exactly[expected]))
                expected++;
            if (expected >= exactly.Length || char.ToLowerInvariant(exactly[expected++]) != char.ToLowerInvariant(c))
            {
                Refuse(0, text, RefusalReason.Unknown, GateResult.Nothing, "inexact");
                return;
            }
        }

        Checked = text.Length;
    }

    // Whether it ends like a sentence, though what follows may show that it goes on: "$14." and "50" do.
    private static bool IsWhole(string rest)
    {
        if (rest[^1] is not ('.' or '!' or '?' or '…') || (rest.Length > 1 && char.IsDigit(rest[^2])))
            return false;
        return new SentenceChunker().Add(rest + " ") is [.., var last] && rest.EndsWith(last, StringComparison.Ordinal);
    }

    // Names may turn out to be a street's: they wait for what follows.
    private static int LengthWithoutName(string rest)
    {
        var length = rest.Length;
        while (true)
        {
            var end = rest.AsSpan(0, length).TrimEnd().Length;
            var word = rest.AsSpan(0, end).LastIndexOf(' ') + 1;
            if (word == 0 || string.IsNullOrWhiteSpace(rest[..word]) || end == word || !char.IsUpper(rest[word]) || rest[word..end] is "I" || rest[word..end].StartsWith("I'", StringComparison.Ordinal))
                return length;
            length = word;
        }
    }
}
