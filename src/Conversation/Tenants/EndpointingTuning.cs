using Parley.Conversation.Turns;

namespace Parley.Conversation.Tenants;

/// <summary>
/// A tenant's own silences (milliseconds) that end a turn, by rule of <see cref="AdaptiveEndpointing"/>; a null keeps the default of
/// <see cref="EndpointingOptions"/>.
/// </summary>
public sealed record EndpointingTuning
{
    /// <summary>The answer asked for is there.</summary>
    public int? AnsweredMs { get; init; }

    /// <summary>A question.</summary>
    public int? QuestionMs { get; init; }

    /// <summary>A wish, a farewell or another whole sentence.</summary>
    public int? CompleteMs { get; init; }

    /// <summary>An answer that is often only the first part of one.</summary>
    public int? BareMs { get; init; }

    /// <summary>Nothing speaks for an end nor against it.</summary>
    public int? NeutralMs { get; init; }

    /// <summary>A sentence that neither answers nor asks nor wishes.</summary>
    public int? StatementMs { get; init; }

    /// <summary>Something that leads to something else.</summary>
    public int? OpeningMs { get; init; }

    /// <summary>A message is dictated.</summary>
    public int? DictationMs { get; init; }

    /// <summary>The last words want others.</summary>
    public int? TrailingMs { get; init; }

    /// <summary>A number, e-mail or spelling is not complete.</summary>
    public int? UnfinishedMs { get; init; }

    /// <summary>A number, e-mail or spelling seems to be complete.</summary>
    public int? PiecewiseMs { get; init; }

    /// <summary>The defaults with these changes.</summary>
    public EndpointingOptions Over(EndpointingOptions defaults)
    {
        ArgumentNullException.ThrowIfNull(defaults);
        return new EndpointingOptions
        {
            AnsweredMs = AnsweredMs ?? defaults.AnsweredMs,
            QuestionMs = QuestionMs ?? defaults.QuestionMs,
            CompleteMs = CompleteMs ?? defaults.CompleteMs,
            BareMs = BareMs ?? defaults.BareMs,
            NeutralMs = NeutralMs ?? defaults.NeutralMs,
            StatementMs = StatementMs ?? defaults.StatementMs,
            OpeningMs = OpeningMs ?? defaults.OpeningMs,
            DictationMs = DictationMs ?? defaults.DictationMs,
            TrailingMs = TrailingMs ?? defaults.TrailingMs,
            UnfinishedMs = UnfinishedMs ?? defaults.UnfinishedMs,
            PiecewiseMs = PiecewiseMs ?? defaults.PiecewiseMs,
            ClosingMs = defaults.ClosingMs,
            HintedMs = defaults.HintedMs,
            CeilingMs = defaults.CeilingMs,
            MinDigitMs = defaults.MinDigitMs,
            MinWordMs = defaults.MinWordMs,
            MinCharMs = defaults.MinCharMs,
        };
    }
}
