namespace Parley.Conversation.Turns;

/// <summary>
/// Silence, in milliseconds, that ends a caller's turn, by what was said and asked. The first rule that applies decides; a tenant's
/// <see cref="Tenants.TurnTuning.Patience"/> multiplies the result, and <see cref="CeilingMs"/> bounds it.
/// </summary>
public sealed class EndpointingOptions
{
    /// <summary>The answer that was asked for is there: yes or no, a name, all digits, a day or time, a number. Default 240.</summary>
    public int AnsweredMs { get; set; } = 240;

    /// <summary>A sentence that ends as sentences do. Default 300.</summary>
    public int CompleteMs { get; set; } = 300;

    /// <summary>Nothing speaks for an end nor against it. Default 600.</summary>
    public int NeutralMs { get; set; } = 600;

    /// <summary>A message or a story is dictated: pauses belong to it. Default 1,100.</summary>
    public int DictationMs { get; set; } = 1100;

    /// <summary>The last word wants another: a conjunction, preposition, article or filler. Default 1,300.</summary>
    public int TrailingMs { get; set; } = 1300;

    /// <summary>A number, date, e-mail or spelling is not complete. Default 1,500.</summary>
    public int UnfinishedMs { get; set; } = 1500;

    /// <summary>Never wait longer than this. Default 2,000.</summary>
    public int CeilingMs { get; set; } = 2000;
}
