using Dapper;
using Microsoft.Extensions.Logging;
using NodaTime;
using Parley.Conversation.PostCall;
using Parley.Conversation.Tenants;

namespace Parley.Persistence.Analysis;

/// <summary>Counts the analyses by models in a tenant's day, for all nodes together. That there were too many is logged once a day.</summary>
internal sealed partial class AnalysisBudget(Database database, AnalysisOptions options, TimeProvider time, ILogger<AnalysisBudget> logger) : IAnalysisBudget
{
    public async Task<bool> TakeAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var day = Instant.FromDateTimeOffset(time.GetUtcNow()).InZone(tenant.TimeZone).Date.ToDateOnly();
        await using var connection = await database.OpenAsync(cancellationToken);
        var refused = await connection.ExecuteScalarAsync<int>(new CommandDefinition(
            """
            insert into analysis_use as u (tenant_id, day, used, refused) values (@Id, @day, least(1, @MostPerDay), case when @MostPerDay > 0 then 0 else 1 end)
            on conflict (tenant_id) do update set
                day = excluded.day,
                used = case when u.day <> excluded.day then excluded.used else least(u.used + 1, greatest(u.used, @MostPerDay)) end,
                refused = case when u.day <> excluded.day then excluded.refused when u.used < @MostPerDay then 0 else u.refused + 1 end
            returning refused
            """,
            new { tenant.Id, day, options.MostPerDay }, cancellationToken: cancellationToken));
        if (refused == 1)
            LogUsedUp(tenant.Slug, options.MostPerDay);
        return refused == 0;
    }

    [LoggerMessage(6941, LogLevel.Warning, "Models have analysed {Most} calls of {Tenant} today; rules analyse the others (setting Analysis:MostPerDay)")]
    private partial void LogUsedUp(string tenant, int most);
}
