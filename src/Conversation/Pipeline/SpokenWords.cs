namespace Parley.Conversation.Pipeline;

/// <summary>The words of a turn that a speech-to-speech model heard, and writes down in pieces while it answers already. Belongs to the call's loop.</summary>
internal sealed class SpokenWords
{
    private readonly List<(string Item, string? Text)> pieces = [];

    /// <summary>Whether every piece was written down.</summary>
    public bool IsComplete => pieces.TrueForAll(static p => p.Text is not null);

    /// <summary>The words that are known.</summary>
    public string Text => string.Join(' ', pieces.Where(static p => p.Text is { Length: > 0 }).Select(static p => p.Text));

    /// <summary>When the last piece came.</summary>
    public int? KnownAtMs { get; private set; }

    /// <summary>The caller said something more.</summary>
    public void Add(string item) => pieces.Add((item, null));

    /// <summary>A piece was written down; false when it is none of these.</summary>
    public bool TrySet(string item, string text, long nowMs)
    {
        var index = pieces.FindIndex(p => p.Item == item && p.Text is null);
        if (index < 0)
            return false;
        pieces[index] = (item, text.Trim());
        KnownAtMs = (int)nowMs;
        return true;
    }

    /// <summary>Nobody writes down what is missing, or this is it.</summary>
    public void Fill(string text, long nowMs)
    {
        for (var i = 0; i < pieces.Count; i++)
        {
            if (pieces[i].Text is not null)
                continue;
            pieces[i] = (pieces[i].Item, text.Trim());
            text = "";
            KnownAtMs = (int)nowMs;
        }
    }
}
