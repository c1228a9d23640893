namespace Parley.Persistence.Analysis;

/// <summary>Bounds of what analysing calls may cost; section <c>Analysis</c>.</summary>
public sealed record AnalysisOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Analysis";

    /// <summary>Calls that models analyse for a tenant in a day of its time zone; those after are analysed by rules. Default 500; 0 for none.</summary>
    public int MostPerDay { get; set; } = 500;
}
