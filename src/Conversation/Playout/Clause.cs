using System.Buffers;
using Parley.Conversation.Audio;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Playout;

/// <summary>
/// A clause of a reply: its text, the audio made of it so far (mu-law, 8 kHz) and when its words end. The audio is kept until the reply
/// is over, so that a reply stopped by a cough can go on from the word where it stopped.
/// </summary>
internal sealed class Clause(Reply reply, string text, bool isFiller = false) : IDisposable
{
    private const int FrameBytes = 160;
    private const int BytesPerMs = 8;

    // Audio that must be there before a clause starts, so that an unsteady synthesiser is not heard.
    private const int StartBytes = 120 * BytesPerMs;

    // How long a character lasts in ordinary speech, to guess the length of a clause that is still being made.
    private const int BytesPerChar = 65 * BytesPerMs;

    // A word counts as heard when all but this much of it was: its sound is carried by then.
    private const int HeardBeforeEndMs = 60;

    private byte[] buffer = [];
    private long firstAtMs = -1;
    private long lastAtMs;
    private int firstLength;
    private long longestWaitMs;
    private int allowed = int.MaxValue;     // how much of the audio may be played
    private IReadOnlyList<WordTiming>? words;

    /// <summary>The reply it belongs to.</summary>
    public Reply Reply { get; } = reply;

    /// <summary>What is spoken.</summary>
    public string Text { get; private set; } = text;

    /// <summary>A holding phrase of ours, not part of what the agent made up.</summary>
    public bool IsFiller { get; } = isFiller;

    /// <summary>Bytes of audio that may be played so far; one byte is 125 microseconds.</summary>
    public int Length => Math.Min(MadeLength, allowed);

    /// <summary>Bytes of audio so far, held ones included.</summary>
    public int MadeLength { get; private set; }

    /// <summary>No more audio comes.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The audio that may be played so far.</summary>
    public ReadOnlySpan<byte> Audio => buffer.AsSpan(0, Length);

    /// <summary>The audio so far, held one included.</summary>
    public ReadOnlySpan<byte> Made => buffer.AsSpan(0, MadeLength);

    /// <summary>How many times faster than it plays the audio was made so far; 0 while that is not known.</summary>
    public double Pace => firstAtMs < 0 || MadeLength == firstLength
        ? 0
        : (MadeLength - firstLength) / (double)BytesPerMs / Math.Max(1, lastAtMs - firstAtMs);

    /// <summary>
    /// Whether the clause can begin to play without running dry before its end: it is complete, or it is made faster than it plays
    /// (<paramref name="voiceIsFast"/>: this voice always was), or so much of it is there that the rest comes in time.
    /// </summary>
    public bool CanStart(bool voiceIsFast)
    {
        if (IsComplete)
            return true;
        if (Length < StartBytes)
            return false;
        if (voiceIsFast)
            return true;

        // What is there must last until the next piece comes, and the whole must not be overtaken before its end.
        var expected = Math.Max(Length, Text.Length * BytesPerChar);
        return Pace > 0 && Length >= longestWaitMs * BytesPerMs && Length >= expected * (1 - 0.8 * Pace);
    }

    /// <summary>Adds audio. Ignored once the clause is complete or disposed.</summary>
    public void Append(ReadOnlySpan<byte> muLaw, long nowMs = 0)
    {
        if (IsComplete)
            return;

        if (firstAtMs < 0)
        {
            firstAtMs = nowMs;
            firstLength = muLaw.Length;
        }
        else
        {
            longestWaitMs = Math.Max(longestWaitMs, nowMs - lastAtMs);
        }

        lastAtMs = nowMs;

        EnsureRoom(muLaw.Length);
        muLaw.CopyTo(buffer.AsSpan(MadeLength));
        MadeLength += muLaw.Length;
    }

    /// <summary>Lets only the first <paramref name="bytes"/> be played, for now.</summary>
    public void Allow(int bytes) => allowed = bytes;

    /// <summary>The clause ends behind its first <paramref name="bytes"/>, and its text behind its first <paramref name="chars"/> characters.</summary>
    public void CutAt(int bytes, int chars)
    {
        MadeLength = Math.Min(MadeLength, bytes);
        Text = Text[..Math.Min(chars, Text.Length)].TrimEnd();
        allowed = int.MaxValue;
        IsComplete = false;
        Complete(0);
    }

    /// <summary>Adds words, of a voice that makes them as it speaks.</summary>
    public void AddText(string words) => Text += words;

    /// <summary>Sets the word timings.</summary>
    public void SetWords(IReadOnlyList<WordTiming> timings) => words = timings;

    /// <summary>The synthesiser stopped in the middle: the clause ends behind its first <paramref name="chars"/> characters.</summary>
    public void CutShort(int chars)
    {
        Text = Text[..chars].TrimEnd();
        Complete(0);
    }

    /// <summary>Ends the clause with a pause, and fills the last 20 ms frame: carriers click on partial ones.</summary>
    public void Complete(int pauseMs)
    {
        if (IsComplete)
            return;

        // What is still held is not heard.
        MadeLength = Length;
        allowed = int.MaxValue;
        if (Length > 0)
        {
            var padded = (Length + pauseMs * BytesPerMs + FrameBytes - 1) / FrameBytes * FrameBytes;
            EnsureRoom(padded - Length);
            buffer.AsSpan(Length, padded - Length).Fill(MuLaw.Silence);
            MadeLength = padded;
        }

        IsComplete = true;
    }

    /// <summary>How many characters of the text were spoken in the first <paramref name="bytes"/> of the audio, to the word.</summary>
    public int CharsSpoken(int bytes)
    {
        if (bytes <= 0 || Length == 0)
            return 0;

        if (IsComplete && bytes >= Length)
            return Text.Length;

        var ms = bytes / BytesPerMs;
        if (words is { Count: > 0 })
        {
            var chars = 0;
            foreach (var word in words)
            {
                if (word.EndMs - HeardBeforeEndMs > ms)
                    break;
                chars = word.EndChar;
            }

            return Math.Min(chars, Text.Length);
        }

        // No timings from this provider: spread the characters evenly and round down to a word. While the clause is still being made its
        // length is not known; ordinary speech is about 15 characters a second.
        var expected = IsComplete ? (long)Text.Length * bytes / Length : (long)ms * 15 / 1000;
        return WordStart((int)Math.Min(expected, Text.Length));
    }

    /// <summary>Where the word begins that is being spoken at <paramref name="bytes"/>, as an offset into the audio.</summary>
    public int WordStartAt(int bytes)
    {
        var start = 0;
        if (words is { Count: > 0 })
        {
            foreach (var word in words)
            {
                if (word.EndMs * BytesPerMs > bytes)
                    break;
                start = word.EndMs * BytesPerMs;
            }
        }
        else if (IsComplete && Length > 0)
        {
            start = (int)((long)CharsSpoken(bytes) * Length / Math.Max(1, Text.Length));
        }

        return Math.Clamp(start / FrameBytes * FrameBytes, 0, bytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        IsComplete = true;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        MadeLength = 0;
    }

    private int WordStart(int index)
    {
        if (index >= Text.Length)
            return Text.Length;

        var space = Text.LastIndexOf(' ', index);
        return Math.Max(space, 0);
    }

    private void EnsureRoom(int more)
    {
        if (MadeLength + more <= buffer.Length)
            return;

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(MadeLength + more, buffer.Length * 2));
        buffer.AsSpan(0, MadeLength).CopyTo(larger);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
