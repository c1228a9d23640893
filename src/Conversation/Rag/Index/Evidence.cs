namespace Parley.Conversation.Rag.Index;

/// <summary>What speaks for a passage answering a question.</summary>
/// <param name="Coverage">Part of the question's weight that the passage has, 0 to 1.</param>
/// <param name="Missing">The weightiest word that it does not have, as a part of the weightiest of all, 0 to 1.</param>
/// <param name="Strength">Its score as a part of what the words could bring at best, 0 to 1.</param>
/// <param name="Margin">How far it is before the fourth best, as a part of its score; below 0 for those behind.</param>
/// <param name="Words">Words that count.</param>
internal readonly record struct Evidence(float Coverage, float Missing, float Strength, float Margin, int Words)
{
    // Logistic regression on the questions of tests/corpus/knowledge that are not held out: right passage first, or not.
    private const double Intercept = -3.11;
    private const double ByCoverage = 4.05;
    private const double ByMissing = -0.53;
    private const double ByStrength = 2.47;
    private const double ByMargin = 1.82;

    /// <summary>How likely the passage answers the question, 0 to 1.</summary>
    public double Confidence => 1 / (1 + Math.Exp(
        -(Intercept + ByCoverage * Coverage + ByMissing * Missing + ByStrength * Strength + ByMargin * Margin)));

    public static Evidence Of(List<QuestionWord> words, float covered, uint tracked, float score, float rival)
    {
        var (sum, most, missing) = (0f, 0f, 0f);
        for (var i = 0; i < words.Count; i++)
        {
            sum += words[i].Weight;
            most = Math.Max(most, words[i].Weight);
            if (i < 32 && (tracked & (1u << i)) == 0)
                missing = Math.Max(missing, words[i].Weight);
        }

        return sum <= 0
            ? default
            : new Evidence(
                Math.Min(1, covered / sum), missing / most, Math.Min(1, score / (2.2f * sum)), score <= 0 ? 0 : Math.Max(-1, (score - rival) / score),
                words.Count);
    }
}
