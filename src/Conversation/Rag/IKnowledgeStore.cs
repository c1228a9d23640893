using Parley.Conversation.Tenants;

namespace Parley.Conversation.Rag;

/// <summary>Where knowledge is kept. Every member is about one tenant and cannot reach another's rows.</summary>
public interface IKnowledgeStore
{
    /// <summary>Everything of one tenant, as of one moment; null when there is no such tenant.</summary>
    Task<StoredKnowledge?> LoadAsync(Guid tenantId, CancellationToken cancellationToken);

    /// <summary>Keeps the vectors of passages; those that are gone by now are left out.</summary>
    Task SaveVectorsAsync(Guid tenantId, string model, IReadOnlyList<PassageVector> vectors, CancellationToken cancellationToken);

    /// <summary>
    /// Tells of changes: of the tenant whose knowledge, catalogue or profile changed, or of null when changes may have been missed. Called on a
    /// thread that must not be held up.
    /// </summary>
    IDisposable Watch(Action<Guid?> changed);
}

/// <summary>What is kept for one tenant.</summary>
/// <param name="Tenant">The tenant itself.</param>
/// <param name="Passages">All passages of all its sources.</param>
/// <param name="Catalogue">Its catalogue, in the owner's order.</param>
public sealed record StoredKnowledge(Tenant Tenant, IReadOnlyList<StoredPassage> Passages, IReadOnlyList<CatalogueItem> Catalogue);

/// <summary>A passage as it is kept.</summary>
/// <param name="Id">UUID v7.</param>
/// <param name="Source">Name of the source.</param>
/// <param name="Version">Version of the source.</param>
/// <param name="Heading">Where it stands in the source; null at its top.</param>
/// <param name="Text">The text, without the heading.</param>
/// <param name="VectorModel">The model its vector is of; null without a vector.</param>
/// <param name="Vector">Its embedding; empty without one.</param>
public sealed record StoredPassage(
    Guid Id, string Source, int Version, string? Heading, string Text, string? VectorModel, ReadOnlyMemory<float> Vector);

/// <summary>The embedding of a passage.</summary>
public readonly record struct PassageVector(Guid Id, ReadOnlyMemory<float> Vector);
