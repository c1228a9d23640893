using Dapper;
using Npgsql;
using Parley.Conversation.Agents;
using Parley.Conversation.PostCall;
using Parley.Persistence.Json;

namespace Parley.Persistence.Analysis;

/// <summary>Analyses in their table.</summary>
internal static class AnalysisRows
{
    public const string Columns = "intent, outcome, sentiment, summary, successful, fields::text as fields, made_by";

    public static Task WriteAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, Guid callId, CallAnalysis analysis, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            insert into call_analyses (call_id, tenant_id, intent, outcome, sentiment, summary, successful, fields, made_by, created_at)
            values (@callId, @tenantId, @Intent, @Outcome, @Sentiment, @Summary, @Successful, @Fields::jsonb, @MadeBy, @now)
            on conflict (call_id) do update set intent = excluded.intent, outcome = excluded.outcome, sentiment = excluded.sentiment,
                summary = excluded.summary, successful = excluded.successful, fields = excluded.fields, made_by = excluded.made_by,
                created_at = excluded.created_at
            """,
            new
            {
                callId,
                tenantId,
                Intent = EnumText<CallIntent>.Of(analysis.Intent),
                Outcome = EnumText<CallOutcomeKind>.Of(analysis.Outcome),
                Sentiment = EnumText<Sentiment>.Of(analysis.Sentiment),
                Summary = Clean(analysis.Summary),
                analysis.Successful,
                Fields = PersistenceJson.Write(analysis.Fields.ToDictionary(f => f.Key, f => Clean(f.Value), StringComparer.Ordinal)),
                analysis.MadeBy,
                now,
            },
            transaction, cancellationToken: cancellationToken));

    /// <summary>PostgreSQL's text holds every character but U+0000.</summary>
    internal static string Clean(string text) => text.Replace("\0", "", StringComparison.Ordinal);

    internal sealed record Row
    {
        public string Intent { get; init; } = "";

        public string Outcome { get; init; } = "";

        public string Sentiment { get; init; } = "";

        public string Summary { get; init; } = "";

        public bool Successful { get; init; }

        public string Fields { get; init; } = "{}";

        public string MadeBy { get; init; } = "";

        public CallAnalysis ToAnalysis() => new()
        {
            Intent = EnumText<CallIntent>.Parse(Intent),
            Outcome = EnumText<CallOutcomeKind>.Parse(Outcome),
            Sentiment = EnumText<Sentiment>.Parse(Sentiment),
            Summary = Summary,
            Successful = Successful,
            Fields = PersistenceJson.Read<Dictionary<string, string>>(Fields),
            MadeBy = MadeBy,
        };
    }
}
