namespace Parley.Conversation.Faults;

/// <summary>
/// What goes wrong with a stream of items: the messages of a connection, the texts of a recogniser, the chunks of a synthesiser, the events of an
/// agent. Faults combine; with the same <see cref="Seed"/> and the same items they happen at the same places. For tests and for trying out a server.
/// </summary>
public sealed record FaultPlan
{
    /// <summary>The text form, for help and error messages.</summary>
    public const string Help =
        "delay=200ms, jitter=50ms, stall@3s=2s, cut@5s, half-open@4s, drop=5%, duplicate=5%, reorder=5%, corrupt=1%, seed=7, separated by commas; "
        + "a moment is a time (@3s, @250ms) or an item (@#12), a share without a value is 10%";

    /// <summary>Nothing goes wrong.</summary>
    public static FaultPlan None { get; } = new();

    /// <summary>Every item comes later by this; of an answer made on demand, the first one does.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Each item comes later by up to this, at random; the order stays.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Times in which nothing passes.</summary>
    public IReadOnlyList<FaultStall> Stalls { get; init; } = [];

    /// <summary>The stream breaks: a provider fails, a connection is reset. Once.</summary>
    public FaultMoment? Cut { get; init; }

    /// <summary>From then on nothing passes in either direction, and nobody is told. Once.</summary>
    public FaultMoment? HalfOpen { get; init; }

    /// <summary>Share of items that are lost, 0 to 1.</summary>
    public double Drop { get; init; }

    /// <summary>Share of items that come twice, 0 to 1.</summary>
    public double Duplicate { get; init; }

    /// <summary>Share of items that change places with the next one, 0 to 1.</summary>
    public double Reorder { get; init; }

    /// <summary>Share of items that are damaged, 0 to 1.</summary>
    public double Corrupt { get; init; }

    /// <summary>Seed of everything random.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Whether nothing goes wrong.</summary>
    public bool IsNone => this with { Seed = None.Seed } == None;

    /// <summary>Reads the text form, see <see cref="Help"/>.</summary>
    /// <exception cref="FormatException">The text is no description of faults; the message says what is wrong with which part.</exception>
    public static FaultPlan Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return FaultPlanReader.Read(text);
    }

    /// <inheritdoc/>
    public bool Equals(FaultPlan? other) =>
        other is not null && (Delay, Jitter, Cut, HalfOpen, Seed) == (other.Delay, other.Jitter, other.Cut, other.HalfOpen, other.Seed)
        && (Drop, Duplicate, Reorder, Corrupt) == (other.Drop, other.Duplicate, other.Reorder, other.Corrupt) && Stalls.SequenceEqual(other.Stalls);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Delay, Jitter, Cut, HalfOpen, Drop, Duplicate, Seed, Stalls.Count);
}
