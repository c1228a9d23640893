namespace Parley.Conversation.Stt.Azure;

/// <summary>A turn of the service's protocol: audio from one position on, until we end it. Guarded by its recognition.</summary>
internal sealed class AzureTurn
{
    // The service counts in 100 ns, we in samples of 125 us.
    private const long TicksPerSample = 1250;

    public AzureTurn(string requestId, long start)
    {
        RequestId = requestId;
        Start = Sent = Acknowledged = start;
    }

    /// <summary>The id of its messages.</summary>
    public string RequestId { get; }

    /// <summary>Position of its first sample; the service counts from here.</summary>
    public long Start { get; }

    /// <summary>Position behind the last sample sent.</summary>
    public long Sent { get; set; }

    /// <summary>Position of the end, once it is known.</summary>
    public long? End { get; set; }

    /// <summary>Context and RIFF header were sent.</summary>
    public bool HasBegun { get; set; }

    /// <summary>The empty audio message was sent.</summary>
    public bool EndSent { get; set; }

    /// <summary>The utterance was committed: what the service still says about this turn is of no interest.</summary>
    public bool IsDiscarded { get; set; }

    /// <summary>Position behind the last phrase: audio before it need not be sent again.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>The latest guess at the words behind the last phrase.</summary>
    public string Hypothesis { get; set; } = "";

    /// <summary>The turn's position of an offset that the service tells.</summary>
    public long PositionOf(long ticks) => Start + Math.Max(0, ticks) / TicksPerSample;

    public void Acknowledge(long position)
    {
        // A service that claims to have heard more than was sent must not make us skip audio.
        Acknowledged = Math.Clamp(position, Acknowledged, Math.Max(Acknowledged, Sent));
        Hypothesis = "";
    }

    /// <summary>The same audio as a new turn, without what is acknowledged or no longer kept.</summary>
    public AzureTurn Again(string newRequestId, long oldestKept) =>
        new(newRequestId, Math.Max(Acknowledged, oldestKept)) { End = End, Hypothesis = Hypothesis };
}
