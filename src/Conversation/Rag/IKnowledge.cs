using Parley.Conversation.Providers;

namespace Parley.Conversation.Rag;

/// <summary>
/// What a business told about itself, found by a caller's words. One instance serves all tenants; once a tenant's knowledge is loaded it is
/// read from memory only. Never fails: knowledge that cannot be read is an empty answer without confidence, and a line in the log.
/// </summary>
public interface IKnowledge
{
    /// <summary>The passages that answer a question best, best first.</summary>
    ValueTask<KnowledgeAnswer> FindAsync(KnowledgeQuery query, CancellationToken cancellationToken);

    /// <summary>Begins to load a tenant's knowledge, so that its first question does not wait; returns at once.</summary>
    void Prepare(Guid tenantId)
    {
    }
}

/// <summary>A question to one tenant's knowledge.</summary>
/// <param name="TenantId">Whose knowledge is asked; no other tenant's can be found.</param>
/// <param name="Text">The caller's words, as they were recognised.</param>
/// <param name="Language">BCP 47 tag of the caller's language: <c>en-US</c>.</param>
/// <param name="Most">Most passages to return, 1 to 20.</param>
/// <param name="Meter">Counts what embeddings cost; null when nobody pays.</param>
public sealed record KnowledgeQuery(Guid TenantId, string Text, string Language, int Most = 5, CallMeter? Meter = null);

/// <summary>What was found.</summary>
public sealed record KnowledgeAnswer
{
    /// <summary>Nothing, without confidence.</summary>
    public static readonly KnowledgeAnswer Nothing = new();

    /// <summary>Best first.</summary>
    public IReadOnlyList<Passage> Passages { get; init; } = [];

    /// <summary>
    /// How likely the first passage answers the question, 0 to 1, calibrated on the test set (docs/knowledge.md); 0 when nothing was found.
    /// </summary>
    public double Confidence { get; init; }
}

/// <summary>A piece of what the business told.</summary>
/// <param name="Id">Its id, as it goes into the record of a decision; another one for each version of a source.</param>
/// <param name="Source">Name of the source: <c>menu.csv</c>, or <c>profile</c> for the tenant's own file.</param>
/// <param name="Version">Version of the source, from 1; 0 for the tenant's own file.</param>
/// <param name="Text">The text; the headings that it stood below are its first line, which begins with <c>#</c>.</param>
/// <param name="Score">What it was ranked by; comparable within one answer only.</param>
/// <param name="Confidence">How likely it answers the question, 0 to 1.</param>
public sealed record Passage(Guid Id, string Source, int Version, string Text, double Score, double Confidence);
