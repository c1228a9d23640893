using Parley.Conversation.Audio;
using Parley.Conversation.Pipeline;

namespace Parley.Tests.Common.Calls;

/// <summary>
/// The carrier's side of a call on a manual clock: plays what it is sent at real time (8 bytes a millisecond), returns marks when the audio
/// before them was played, and at once when it is told to clear.
/// </summary>
public sealed class FakeCarrier : ICallTransport
{
    private readonly Queue<object> queue = new();
    private int queuedBytes;

    /// <summary>Called with each mark that is returned.</summary>
    public Action<string> MarkReturned { get; set; } = _ => { };

    /// <summary>Everything the caller heard, a byte each 125 microseconds, silence included.</summary>
    public List<byte> Played { get; } = [];

    /// <summary>What happened, in order: for asserting.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Bytes sent in total.</summary>
    public int SentBytes { get; private set; }

    /// <summary>Bytes sent since the last clear.</summary>
    public int SentSinceClear { get; private set; }

    /// <summary>How often it was told to clear.</summary>
    public int Clears { get; private set; }

    /// <summary>The server closed the connection.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Milliseconds of audio waiting.</summary>
    public int BufferedMs => queuedBytes / 8;

    /// <summary>The most that ever waited.</summary>
    public int MostBufferedMs { get; private set; }

    /// <summary>Milliseconds in which sound was played.</summary>
    public int SoundMs => Played.Count(b => Math.Abs((int)MuLaw.Decode(b)) > 200) / 8;

    /// <summary>Whether sound is being played at this moment.</summary>
    public bool IsSounding => Played.Count > 0 && Math.Abs((int)MuLaw.Decode(Played[^1])) > 200;

    public void SendAudio(ReadOnlySpan<byte> muLaw)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        SentBytes += muLaw.Length;
        SentSinceClear += muLaw.Length;
        queuedBytes += muLaw.Length;
        MostBufferedMs = Math.Max(MostBufferedMs, BufferedMs);
        queue.Enqueue(muLaw.ToArray());
    }

    public void SendMark(string name)
    {
        if (queue.Count == 0)
            MarkReturned(name);
        else
            queue.Enqueue(name);
    }

    public void SendClear()
    {
        Clears++;
        SentSinceClear = 0;
        Log.Add("clear");
        var marks = queue.OfType<string>().ToArray();
        queue.Clear();
        queuedBytes = 0;
        foreach (var mark in marks)
            MarkReturned(mark);
    }

    public void Close()
    {
        IsClosed = true;
        Log.Add("close");
    }

    /// <summary>Lets <paramref name="ms"/> milliseconds pass.</summary>
    public void Play(int ms)
    {
        var wanted = ms * 8;
        while (wanted > 0)
        {
            if (!queue.TryPeek(out var next))
            {
                Played.AddRange(Enumerable.Repeat(MuLaw.Silence, wanted));
                return;
            }

            queue.Dequeue();
            if (next is string mark)
            {
                MarkReturned(mark);
                continue;
            }

            var audio = (byte[])next;
            var now = Math.Min(wanted, audio.Length);
            Played.AddRange(audio.AsSpan(0, now));
            queuedBytes -= now;
            wanted -= now;
            if (now < audio.Length)
                Requeue(audio[now..]);
        }

        while (queue.TryPeek(out var left) && left is string due)
        {
            queue.Dequeue();
            MarkReturned(due);
        }
    }

    private void Requeue(byte[] rest)
    {
        var others = queue.ToArray();
        queue.Clear();
        queue.Enqueue(rest);
        foreach (var other in others)
            queue.Enqueue(other);
    }
}
