using Microsoft.Extensions.Logging;

namespace Parley.Conversation.Rag;

/// <summary>What knowledge logs; a caller's words never.</summary>
internal static partial class KnowledgeLog
{
    [LoggerMessage(1501, LogLevel.Error, "The knowledge of tenant {TenantId} cannot be loaded; its questions have no answer until it can")]
    public static partial void LoadFailed(ILogger logger, Guid tenantId, Exception error);

    [LoggerMessage(1502, LogLevel.Warning, "The knowledge of tenant {TenantId} takes longer than {PatienceMs} ms to load; a question goes without")]
    public static partial void LoadSlow(ILogger logger, Guid tenantId, int patienceMs);

    [LoggerMessage(1503, LogLevel.Debug, "The knowledge of tenant {TenantId} is loaded: {Passages} passages, {Items} catalogue items, {Kilobytes} KB")]
    public static partial void Loaded(ILogger logger, Guid tenantId, int passages, int items, long kilobytes);

    [LoggerMessage(1504, LogLevel.Warning, "The passages of tenant {TenantId} have no embeddings for now, words alone find them: {Reason}")]
    public static partial void NotEmbedded(ILogger logger, Guid tenantId, string reason);

    [LoggerMessage(1505, LogLevel.Warning, "A question has no embedding, words alone decide: {Reason}")]
    public static partial void QuestionNotEmbedded(ILogger logger, string reason);

    [LoggerMessage(1506, LogLevel.Error, "A question to the knowledge of tenant {TenantId} failed")]
    public static partial void SearchFailed(ILogger logger, Guid tenantId, Exception error);
}
