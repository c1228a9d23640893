using Dapper;
using Npgsql;
using Parley.Conversation.Providers;
using Parley.Conversation.Stores;
using Parley.Persistence.Json;

namespace Parley.Persistence.Calls;

/// <summary>
/// What a call used of its providers, as it is kept: by media stream, so that what a broken call used before it came back counts too, and the end
/// of a stream written twice counts once.
/// </summary>
internal static class CallUsage
{
    /// <summary>Adds the use of one stream, and prices the whole; the call's row must be locked.</summary>
    public static async Task AddAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, CallEnded ended, PriceTable? prices, CancellationToken cancellationToken)
    {
        if (ended.Usage.Count == 0)
            return;

        var stored = await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            "select usage::text from calls where id = @CallId", new { ended.CallId }, transaction, cancellationToken: cancellationToken));
        var streams = Parse(stored);
        if (!streams.TryAdd(ended.StreamId ?? "", ended.Usage))
            return;

        var cost = prices?.CostOf(Sum(streams.Values));
        await connection.ExecuteAsync(new CommandDefinition(
            "update calls set usage = @Usage::jsonb, cost = @Cost, cost_currency = @Currency where id = @CallId",
            new { ended.CallId, Usage = PersistenceJson.Write(streams), Cost = cost, Currency = cost is null ? null : prices!.Currency },
            transaction, cancellationToken: cancellationToken));
    }

    /// <summary>The use of all streams, a line each of what is counted apart.</summary>
    public static IReadOnlyList<ProviderUsage> Read(string? stored) => Sum(Parse(stored).Values);

    private static Dictionary<string, IReadOnlyList<ProviderUsage>> Parse(string? stored) =>
        stored is null ? [] : PersistenceJson.Read<Dictionary<string, IReadOnlyList<ProviderUsage>>>(stored);

    private static List<ProviderUsage> Sum(IEnumerable<IReadOnlyList<ProviderUsage>> streams) =>
        [.. streams.SelectMany(lines => lines)
            .GroupBy(line => line with { Amount = 0 })
            .Select(group => group.Key with { Amount = group.Sum(line => line.Amount) })
            .OrderBy(u => u.Capability).ThenBy(u => u.Provider, StringComparer.Ordinal).ThenBy(u => u.Model, StringComparer.Ordinal).ThenBy(u => u.Unit)];
}
