using Parley.Conversation.Pipeline;

namespace Parley.Evaluation;

/// <summary>The carrier's side of a simulated call: plays what it is sent in real time, returns marks when the audio before them was played.</summary>
internal sealed class TextCarrier : ICallTransport
{
    private const int BytesPerMs = 8;

    // Lengths of audio, and marks between them.
    private readonly LinkedList<(int Bytes, string? Mark)> queue = new();

    /// <summary>Called with each mark that comes back.</summary>
    public Action<string> MarkReturned { get; set; } = static _ => { };

    /// <summary>Milliseconds of audio played since this was last set.</summary>
    public int PlayedMs { get; set; }

    /// <inheritdoc/>
    public void SendAudio(ReadOnlySpan<byte> muLaw) => queue.AddLast((muLaw.Length, null));

    /// <inheritdoc/>
    public void SendMark(string name)
    {
        if (queue.Count == 0)
            MarkReturned(name);
        else
            queue.AddLast((0, name));
    }

    /// <inheritdoc/>
    public void SendClear()
    {
        var marks = queue.Where(e => e.Mark is not null).Select(e => e.Mark!).ToList();
        queue.Clear();
        marks.ForEach(MarkReturned);
    }

    /// <inheritdoc/>
    public void Close() => queue.Clear();

    /// <summary>Lets time pass.</summary>
    public void Play(int ms)
    {
        var left = ms * BytesPerMs;
        while (queue.First is { } first && (left > 0 || first.Value.Mark is not null))
        {
            queue.RemoveFirst();
            if (first.Value.Mark is { } mark)
            {
                MarkReturned(mark);
                continue;
            }

            var played = Math.Min(left, first.Value.Bytes);
            left -= played;
            if (played < first.Value.Bytes)
                queue.AddFirst((first.Value.Bytes - played, null));
        }

        PlayedMs += ms - (left / BytesPerMs);
    }
}
