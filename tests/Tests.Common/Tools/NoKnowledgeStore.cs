using Parley.Conversation.Rag;

namespace Parley.Tests.Common.Tools;

/// <summary>Businesses that told nothing about themselves.</summary>
public sealed class NoKnowledgeStore : IKnowledgeStore
{
    public Task<StoredKnowledge?> LoadAsync(Guid tenantId, CancellationToken cancellationToken) => Task.FromResult<StoredKnowledge?>(null);

    public Task SaveVectorsAsync(Guid tenantId, string model, IReadOnlyList<PassageVector> vectors, CancellationToken cancellationToken) => Task.CompletedTask;

    public IDisposable Watch(Action<Guid?> changed) => new Nothing();

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
