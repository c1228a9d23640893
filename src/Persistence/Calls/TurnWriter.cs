using Dapper;
using Npgsql;
using Parley.Conversation.Agents;
using Parley.Conversation.Stores;
using Parley.Persistence.Json;

namespace Parley.Persistence.Calls;

/// <summary>
/// Writes turns; writing one again changes nothing. A turn that finds another one in its place goes to the end: a process that was killed
/// had turns on its disk that the one which resumed the call did not know of.
/// </summary>
internal static class TurnWriter
{
    // The agent's state goes with the latest turn: a replayed older one must not bring an older state back.
    private const string Sql =
        """
        with call as (
            select c.tenant_id, c.id from calls c where c.id = @CallId
        ),
        alike as (
            select t.ordinal from turns t
            where t.call_id = @CallId and t.ordinal >= @Ordinal and t.speaker = @Speaker and t.started_at = @StartedAt
              and t.generated_text = @GeneratedText
        ),
        place as (
            select case
                when not exists (select 1 from turns t where t.call_id = @CallId and t.ordinal = @Ordinal) then @Ordinal
                when exists (select 1 from alike) then null
                else (select max(t.ordinal) + 1 from turns t where t.call_id = @CallId)
            end as ordinal
        ),
        state as (
            update calls c set
                agent_state = coalesce(@AgentState::jsonb, c.agent_state),
                facts = coalesce(@Facts::jsonb, c.facts),
                intent = coalesce(@Intent, c.intent)
            from call, place
            where c.id = call.id and place.ordinal = @Ordinal and (@AgentState::text is not null or @Facts::text is not null)
              and not exists (select 1 from turns t where t.call_id = @CallId and t.ordinal > @Ordinal)
        ),
        written as (
            insert into turns (tenant_id, call_id, ordinal, speaker, source, generated_text, sent_text, heard_text, interrupted, started_at,
                ended_at, speech_start_ms, speech_end_ms, final_text_ms, end_of_turn_ms, first_agent_text_ms, first_audio_ms,
                first_frame_sent_ms, first_mark_ms, interrupted_ms, speculated, decision)
            select tenant_id, id, place.ordinal, @Speaker, @Source, @GeneratedText, @SentText, @HeardText, @Interrupted, @StartedAt,
                @EndedAt, @SpeechStartMs, @SpeechEndMs, @FinalTextMs, @EndOfTurnMs, @FirstAgentTextMs, @FirstAudioMs,
                @FirstFrameSentMs, @FirstMarkMs, @InterruptedMs, @Speculated, @Decision::jsonb
            from call, place where place.ordinal is not null
            on conflict (call_id, ordinal) do nothing
            returning tenant_id, call_id, ordinal
        ),
        told as (
            select pg_notify('parley_calls',
                json_build_object('call_id', call_id, 'tenant_id', tenant_id, 'kind', 'turn', 'ordinal', ordinal)::text)
            from written
        )
        select (select count(*) from call) > 0, (select count(*) from told)
        """;

    /// <summary>Writes a turn; false when its call is not known.</summary>
    public static async Task<bool> WriteAsync(NpgsqlConnection connection, TurnRecord turn, CancellationToken cancellationToken)
    {
        var (known, _) = await connection.QuerySingleAsync<(bool Known, long Written)>(new CommandDefinition(
            Sql,
            new
            {
                turn.CallId,
                turn.Ordinal,
                Speaker = EnumText<Speaker>.Of(turn.Speaker),
                turn.Source,
                GeneratedText = Clean(turn.GeneratedText),
                SentText = Clean(turn.SentText),
                HeardText = Clean(turn.HeardText),
                turn.Interrupted,
                turn.StartedAt,
                turn.EndedAt,
                turn.Times.SpeechStartMs,
                turn.Times.SpeechEndMs,
                turn.Times.FinalTextMs,
                turn.Times.EndOfTurnMs,
                turn.Times.FirstAgentTextMs,
                turn.Times.FirstAudioMs,
                turn.Times.FirstFrameSentMs,
                turn.Times.FirstMarkMs,
                turn.Times.InterruptedMs,
                turn.Times.Speculated,
                Decision = turn.DecisionJson,
                AgentState = turn.AgentStateJson,
                Facts = turn.Facts is null ? null : PersistenceJson.Write(turn.Facts),
                Intent = turn.Facts is null ? null : EnumText<CallIntent>.Of(turn.Facts.Intent),
            },
            cancellationToken: cancellationToken));
        return known;
    }

    /// <summary>PostgreSQL's text holds every character but U+0000.</summary>
    private static string Clean(string text) => text.Replace("\0", "", StringComparison.Ordinal);
}
