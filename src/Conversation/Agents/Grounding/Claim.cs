namespace Parley.Conversation.Agents.Grounding;

/// <summary>What kind of fact a sentence states.</summary>
public enum ClaimKind
{
    /// <summary>An amount of money.</summary>
    Price,

    /// <summary>That something costs nothing.</summary>
    Free,

    /// <summary>Hundredths: a discount, a fee.</summary>
    Percent,

    /// <summary>A time of day.</summary>
    Time,

    /// <summary>A time at which the business opens or closes.</summary>
    Hours,

    /// <summary>That the business is open.</summary>
    Open,

    /// <summary>That the business is closed.</summary>
    Closed,

    /// <summary>A day of the week on which something is so, without a time.</summary>
    Day,

    /// <summary>A telephone number.</summary>
    Phone,

    /// <summary>A street.</summary>
    Address,

    /// <summary>How many there are of something, or whether there are any.</summary>
    Stock,

    /// <summary>That a time or place can be booked.</summary>
    Available,

    /// <summary>That nothing can be booked.</summary>
    Full,

    /// <summary>That a booking is made.</summary>
    Booked,

    /// <summary>That a booking is cancelled.</summary>
    Cancelled,

    /// <summary>Something about the business that holds no number: that it has a pool, takes cards, welcomes dogs.</summary>
    Fact,

    /// <summary>A length of time: how long something takes, is kept, or how far ahead it has to be.</summary>
    Length,
}

/// <summary>A fact that a sentence states.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Said">The fact: <c>14.5 USD</c>, <c>19:30</c>, digits, words.</param>
internal sealed record Claim(ClaimKind Kind, string Said)
{
    /// <summary>Amount of money, percent or pieces.</summary>
    public decimal Amount { get; init; }

    /// <summary>Currency as far as it was said.</summary>
    public string? Currency { get; init; }

    /// <summary>What a price is said of: the words around it; empty when there are none.</summary>
    public IReadOnlyList<string> Of { get; init; } = [];

    /// <summary>What a price is directly said to be of: "the salmon is fourteen dollars".</summary>
    public IReadOnlyList<string> Subject { get; init; } = [];

    /// <summary>A statement without numbers.</summary>
    public FactClaim? Fact { get; init; }

    /// <summary>A time of day.</summary>
    public ClockReading Clock { get; init; }

    /// <summary>A length of time.</summary>
    public SpokenLength Length { get; init; }

    /// <summary>Where a time stands among the pieces of its sentence.</summary>
    public int At { get; init; }

    /// <summary>A price that may mean hundreds as well: "one fifty nine".</summary>
    public decimal? Hundreds { get; init; }

    /// <summary>A price of each: "fourteen a night".</summary>
    public bool IsRate { get; init; }

    /// <summary>A price of what was spoken of before: "they run from twenty dollars".</summary>
    public bool IsOfBefore { get; init; }

    /// <summary>Digits of a number, words of an address.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];
}

/// <summary>A time of day as it was said.</summary>
/// <param name="Hour">0 to 23.</param>
/// <param name="Minute">0 to 59.</param>
/// <param name="IsCertain">The half of the day is known.</param>
internal readonly record struct ClockReading(int Hour, int Minute, bool IsCertain)
{
    /// <summary>Whether both can mean the same.</summary>
    public bool Fits(ClockReading other) => Minute == other.Minute
        && (IsCertain && other.IsCertain ? Hour == other.Hour : Hour % 12 == other.Hour % 12);
}
