using System.Text;

namespace Parley.Conversation.Stt.Deepgram;

/// <summary>
/// The text of the open utterance, put together from results: all final ones since the last commit, and the newest interim one behind
/// them. Positions are samples since the call's first.
/// </summary>
internal sealed class UtteranceText
{
    private readonly StringBuilder finals = new();
    private string interim = "";
    private long committedAt;

    /// <summary>Up to where results are final: audio before it is never needed again.</summary>
    public long FinalEnd { get; private set; }

    /// <summary>Up to where results of any kind told something about this utterance.</summary>
    public long HeardEnd { get; private set; }

    /// <summary>The words so far.</summary>
    public string Text => interim.Length == 0 ? finals.ToString() : finals.Length == 0 ? interim : $"{finals} {interim}";

    /// <summary>Whether something was said since the caller was last taken to be done.</summary>
    public bool HasPending { get; private set; }

    /// <summary>Takes a result; true when the text changed.</summary>
    /// <param name="result">The result.</param>
    /// <param name="offset">Where the connection's time begins in the call.</param>
    public bool Take(in DeepgramMessage result, long offset)
    {
        // The silence that a connection begins with is no part of the call.
        var start = Math.Max(result.Start, DeepgramConnection.PrimedSamples) + offset;
        var end = result.End + offset;
        if (result.IsFinal)
            FinalEnd = Math.Max(FinalEnd, end);
        if (end <= committedAt)
            return false;

        // A guess about audio that is final already came too late.
        if (!result.IsFinal && end <= FinalEnd)
            return false;

        HeardEnd = Math.Max(HeardEnd, end);
        var before = Text;
        var text = start >= committedAt ? result.Transcript : WordsSinceCommit(result, offset);
        interim = result.IsFinal ? "" : text;
        if (result.IsFinal && text.Length > 0)
        {
            if (finals.Length > 0)
                finals.Append(' ');
            finals.Append(text);
        }

        if (Text == before)
            return false;
        HasPending = Text.Length > 0;
        return true;
    }

    /// <summary>The caller was taken to be done; false when nothing was said since that was last so.</summary>
    public bool TakePending()
    {
        var pending = HasPending;
        HasPending = false;
        return pending;
    }

    /// <summary>Forgets the utterance; what comes late about audio before <paramref name="at"/> does not belong to the next one.</summary>
    public void Commit(long at)
    {
        finals.Clear();
        interim = "";
        HasPending = false;
        committedAt = at;
        HeardEnd = at;
    }

    // A result that began in the utterance before: only its later words are new.
    private string WordsSinceCommit(in DeepgramMessage result, long offset)
    {
        var since = committedAt - offset;
        return string.Join(' ', result.Words.Where(w => w.Start >= since).Select(w => w.Text));
    }
}
