namespace Parley.Conversation.Turns;

/// <summary>
/// Silence, in milliseconds, that ends a caller's turn, by what was said and asked. The first rule that applies decides; a tenant's
/// <see cref="Tenants.TurnTuning.Patience"/> multiplies the result, and <see cref="CeilingMs"/> bounds it. The defaults were tuned on the
/// recordings of <c>tests/corpus/turns</c>.
/// </summary>
public sealed class EndpointingOptions
{
    /// <summary>The answer that was asked for is there: yes or no, a name, all digits, a day or time, a number. Default 280.</summary>
    public int AnsweredMs { get; set; } = 280;

    /// <summary>A question: whoever asks waits for the answer. Default 280.</summary>
    public int QuestionMs { get; set; } = 280;

    /// <summary>A wish, a farewell or another sentence that hands over. Default 320.</summary>
    public int CompleteMs { get; set; } = 320;

    /// <summary>An answer that is often only the first part of one: a bare no, a bare number, a day without a time, one name. Default 640.</summary>
    public int BareMs { get; set; } = 640;

    /// <summary>Nothing speaks for an end nor against it. Default 700.</summary>
    public int NeutralMs { get; set; } = 700;

    /// <summary>A sentence that neither answers nor asks nor wishes: often the story before the wish. Default 680.</summary>
    public int StatementMs { get; set; } = 680;

    /// <summary>Something that leads to something else: a greeting, a subordinate clause, a comma; or words without the answer that was asked for.
    /// Default 940.</summary>
    public int OpeningMs { get; set; } = 940;

    /// <summary>A dictated message that has said what is to be told or done; pauses belong to it. Default 800.</summary>
    public int DictationMs { get; set; } = 800;

    /// <summary>The end of a dictated message: thanks, a farewell, a number to call back. Default 500.</summary>
    public int ClosingMs { get; set; } = 500;

    /// <summary>The last words want others: a conjunction, preposition, article, filler or correction. Default 1,200.</summary>
    public int TrailingMs { get; set; } = 1200;

    /// <summary>A number, date, e-mail or spelling is not complete, a dictated story has no point yet. Default 1,150.</summary>
    public int UnfinishedMs { get; set; } = 1150;

    /// <summary>
    /// A number or an e-mail that seems to be complete, and that there was time to speak (<see cref="MinDigitMs"/>): recognisers like to complete
    /// what was only half said. Default 340.
    /// </summary>
    public int PiecewiseMs { get; set; } = 340;

    /// <summary>
    /// A sentence that nothing speaks against (<see cref="StatementMs"/>, <see cref="NeutralMs"/>), when the recogniser, too, takes the caller to be done:
    /// Deepgram's <c>speech_final</c>, Azure's end of a phrase. Never below <see cref="CompleteMs"/>. Default 420.
    /// </summary>
    public int HintedMs { get; set; } = 420;

    /// <summary>Never wait longer than this. Default 2,000.</summary>
    public int CeilingMs { get; set; } = 2000;

    /// <summary>
    /// Speech a digit takes at least. Recognisers like to complete a number that stops in the middle; one with more digits than there was time
    /// for is not believed. Default 260: numbers are dictated with about three digits a second.
    /// </summary>
    public int MinDigitMs { get; set; } = 260;

    /// <summary>Speech any other word beside digits takes at least. Default 150.</summary>
    public int MinWordMs { get; set; } = 150;

    /// <summary>Speech a character of a spoken e-mail address takes at least; one that came faster was invented in part. Default 60.</summary>
    public int MinCharMs { get; set; } = 60;
}
