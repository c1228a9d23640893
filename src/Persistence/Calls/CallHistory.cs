using Dapper;
using Npgsql;
using Parley.Conversation.Agents;
using Parley.Persistence.Json;

namespace Parley.Persistence.Calls;

/// <summary>The conversation of a call so far, from its turns.</summary>
internal static class CallHistory
{
    /// <summary>What each side said and was heard to say, in order, and the ordinal of the next turn.</summary>
    public static async Task<(IReadOnlyList<HistoryEntry> Entries, int NextOrdinal)> LoadAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, Guid callId, CancellationToken cancellationToken)
    {
        var turns = (await connection.QueryAsync<(int Ordinal, string Speaker, string Text, bool Interrupted)>(new CommandDefinition(
            "select ordinal, speaker, heard_text, interrupted from turns where call_id = @callId order by ordinal",
            new { callId }, transaction, cancellationToken: cancellationToken))).AsList();
        // A turn of which nothing was heard was not part of the conversation.
        var entries = turns
            .Where(t => t.Text.Length > 0)
            .Select(t => new HistoryEntry(EnumText<Speaker>.Parse(t.Speaker), t.Text, t.Interrupted));
        return ([.. entries], turns.Count == 0 ? 0 : turns[^1].Ordinal + 1);
    }
}
