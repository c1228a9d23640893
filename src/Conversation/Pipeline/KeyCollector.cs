namespace Parley.Conversation.Pipeline;

/// <summary>Gathers key presses (DTMF) into a sequence: complete at <c>#</c>, at the expected length, or after a pause.</summary>
internal sealed class KeyCollector(int interKeyMs)
{
    private const int Most = 32;
    private readonly System.Text.StringBuilder keys = new();
    private long lastMs;
    private bool isFull;

    /// <summary>When the sequence is complete if nothing more comes; null when there is none.</summary>
    public long? DeadlineMs => keys.Length == 0 ? null : lastMs + interKeyMs;

    /// <summary>Adds a key; returns the sequence when it is complete.</summary>
    public string? Add(char key, int expected, long nowMs)
    {
        // Who ends a number with # does so too when it was complete before.
        var endsTheLast = isFull && key == '#' && nowMs - lastMs <= interKeyMs;
        lastMs = nowMs;
        isFull = false;
        if (endsTheLast)
            return null;
        if (key == '#' && keys.Length > 0)
            return Take();

        keys.Append(key);
        isFull = keys.Length >= Most || (expected > 0 && keys.Length >= expected);
        return isFull ? Take() : null;
    }

    /// <summary>Returns the sequence when the pause after it was long enough.</summary>
    public string? TakeIfDue(long nowMs) => DeadlineMs <= nowMs ? Take() : null;

    private string Take()
    {
        var sequence = keys.ToString();
        keys.Clear();
        return sequence;
    }
}
