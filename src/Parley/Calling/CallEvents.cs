namespace Parley.Calling;

/// <summary>Tells a call's observers, one event at a time, and keeps the violations.</summary>
internal sealed class CallEvents(IReadOnlyList<ICallObserver> observers)
{
    // A server in a loop could send millions; the first ones say it all.
    private const int MostViolations = 1000;

    private readonly Lock gate = new();
    private readonly List<ProtocolViolation> violations = [];

    /// <summary>The violations so far.</summary>
    public IReadOnlyList<ProtocolViolation> Violations
    {
        get
        {
            lock (gate)
                return [.. violations];
        }
    }

    /// <summary>Tells everyone.</summary>
    public void Raise(Action<ICallObserver> tell)
    {
        lock (gate)
        {
            foreach (var observer in observers)
                tell(observer);
        }
    }

    /// <summary>Notes a breach of the protocol and tells everyone.</summary>
    public void Violation(int? code, string message)
    {
        var violation = new ProtocolViolation(code, message);
        lock (gate)
        {
            if (violations.Count < MostViolations)
                violations.Add(violation);
        }

        Raise(o => o.OnViolation(violation));
    }
}
