using System.Globalization;
using System.Text.Json;
using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.PostCall;
using Parley.Conversation.Stores;

namespace Parley.Conversation.Webhooks;

/// <summary>
/// Writes webhooks in the shape of Retell's (Retell docs, "Webhook overview"; field names and types of its SDK), so that a receiver made for those keeps
/// working: <c>call_started</c> with the basic fields, <c>call_ended</c> with everything but the analysis, <c>call_analyzed</c> with that too. What Parley
/// does not know (recordings, timings of words, tokens) is left out, as optional fields may be.
/// </summary>
public static class RetellPayload
{
    /// <summary>The body of a webhook.</summary>
    /// <param name="name"><c>call_started</c>, <c>call_ended</c> or <c>call_analyzed</c>.</param>
    /// <param name="call">The call as it is now; of a call that just started nothing else is told.</param>
    public static byte[] Write(string name, RetellCall call)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(call);
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("event", name);
            json.WriteStartObject("call");
            var over = name != "call_started";
            WriteBasics(json, call, over);
            if (over)
                WriteEnd(json, call);
            if (name == "call_analyzed" && call.Analysis is { } analysis)
                WriteAnalysis(json, analysis);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static void WriteBasics(Utf8JsonWriter json, RetellCall call, bool over)
    {
        json.WriteString("call_id", $"call_{call.CallId:N}");
        json.WriteString("call_type", "phone_call");
        json.WriteString("call_status", over ? Status(Reason(call)) : "ongoing");
        json.WriteString("direction", call.Direction == CallDirection.Inbound ? "inbound" : "outbound");
        json.WriteString("agent_id", $"agent_{call.Tenant.Id:N}");
        json.WriteString("agent_name", call.Tenant.Name);
        json.WriteNumber("agent_version", 0);
        // The type allows no null; this is what carriers put in place of a withheld number.
        json.WriteString("from_number", call.CallerNumber ?? "anonymous");
        json.WriteString("to_number", call.CalledNumber);
        json.WriteStartObject("telephony_identifier");
        json.WriteString("twilio_call_sid", call.CarrierCallId);
        json.WriteEndObject();
        json.WriteStartObject("metadata");
        json.WriteString("tenant", call.Tenant.Slug);
        json.WriteEndObject();
        json.WriteNumber("start_timestamp", (call.ConnectedAt ?? call.StartedAt).ToUnixTimeMilliseconds());
    }

    private static void WriteEnd(Utf8JsonWriter json, RetellCall call)
    {
        var begun = call.ConnectedAt ?? call.StartedAt;
        var ended = call.EndedAt is { } at && at > begun ? at : begun;
        json.WriteNumber("end_timestamp", ended.ToUnixTimeMilliseconds());
        json.WriteNumber("duration_ms", (long)(ended - begun).TotalMilliseconds);
        json.WriteString("disconnection_reason", Reason(call));
        if (call.TransferTo is { } destination)
            json.WriteString("transfer_destination", destination);
        json.WriteString("data_storage_setting", "everything");
        json.WriteBoolean("opt_in_signed_url", false);
        var turns = call.Turns.Where(static t => t.HeardText.Length > 0).OrderBy(static t => t.Ordinal).ToList();
        json.WriteString("transcript", string.Concat(turns.Select(static t => $"{(t.Speaker == Speaker.Agent ? "Agent" : "User")}: {t.HeardText}\n")));
        json.WriteStartArray("transcript_object");
        foreach (var turn in turns)
            WriteTurn(json, turn);
        json.WriteEndArray();
        WriteWithTools(json, call);

        WriteLatency(json, [.. call.Turns.Where(static t => t.Speaker == Speaker.Agent && t.Times is { SpeechEndMs: not null, FirstFrameSentMs: not null })
            .Select(static t => t.Times.FirstFrameSentMs!.Value - t.Times.SpeechEndMs!.Value).Where(static ms => ms >= 0)]);
        if (call.CostInDollars is { } cost)
        {
            json.WriteStartObject("call_cost");
            json.WriteNumber("combined_cost", cost * 100);    // cents
            var seconds = (int)Math.Ceiling((ended - begun).TotalSeconds);
            json.WriteNumber("total_duration_seconds", seconds);
            json.WriteNumber("total_duration_unit_price", seconds == 0 ? 0 : Math.Round(cost * 100 / seconds, 6));
            json.WriteStartArray("product_costs");
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static void WriteTurn(Utf8JsonWriter json, TurnRecord turn)
    {
        json.WriteStartObject();
        json.WriteString("role", turn.Speaker == Speaker.Agent ? "agent" : "user");
        json.WriteString("content", turn.HeardText);
        json.WriteStartArray("words");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The transcript again, with what the agent had done between the turns, those included that the caller heard nothing of.</summary>
    private static void WriteWithTools(Utf8JsonWriter json, RetellCall call)
    {
        var entries = ToolEntries.ByTurn(call.CallId, call.Turns, call.Ledger);
        json.WriteStartArray("transcript_with_tool_calls");
        foreach (var turn in call.Turns.OrderBy(static t => t.Ordinal))
        {
            WriteEntries(json, entries[turn.Ordinal]);
            if (turn.HeardText.Length > 0)
                WriteTurn(json, turn);
        }

        WriteEntries(json, entries[int.MaxValue]);
        json.WriteEndArray();
    }

    private static void WriteEntries(Utf8JsonWriter json, IEnumerable<ToolEntry> entries)
    {
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("role", "tool_call_invocation");
            json.WriteString("tool_call_id", entry.Id);
            json.WriteString("name", entry.Tool);
            json.WriteString("arguments", entry.ArgumentsJson);     // a text of JSON, as models give it
            json.WriteEndObject();
            json.WriteStartObject();
            json.WriteString("role", "tool_call_result");
            json.WriteString("tool_call_id", entry.Id);
            json.WriteString("content", entry.Content);
            json.WriteBoolean("successful", entry.Successful);
            json.WriteEndObject();
        }
    }

    private static void WriteLatency(Utf8JsonWriter json, List<int> values)
    {
        if (values.Count == 0)
            return;

        int[] sorted = [.. values.Order()];
        json.WriteStartObject("latency");
        json.WriteStartObject("e2e");
        foreach (var percent in (ReadOnlySpan<int>)[50, 90, 95, 99])
            json.WriteNumber($"p{percent}", sorted[(int)Math.Ceiling(percent / 100.0 * sorted.Length) - 1]);
        json.WriteNumber("min", sorted[0]);
        json.WriteNumber("max", sorted[^1]);
        json.WriteNumber("num", sorted.Length);
        json.WriteStartArray("values");
        foreach (var value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteAnalysis(Utf8JsonWriter json, CallAnalysis analysis)
    {
        json.WriteStartObject("call_analysis");
        json.WriteString("call_summary", analysis.Summary);
        json.WriteBoolean("in_voicemail", false);
        json.WriteString("user_sentiment", analysis.Sentiment switch
        {
            Sentiment.Positive => "Positive",
            Sentiment.Negative => "Negative",
            // Not a feeling: it stands in the call's own data below.
            _ => "Neutral",
        });
        json.WriteBoolean("call_successful", analysis.Successful);
        json.WriteStartObject("custom_analysis_data");
        json.WriteString("intent", JsonNamingPolicy.SnakeCaseLower.ConvertName(analysis.Intent.ToString()));
        json.WriteString("outcome", JsonNamingPolicy.SnakeCaseLower.ConvertName(analysis.Outcome.ToString()));
        json.WriteBoolean("needs_attention", analysis.Sentiment is Sentiment.NeedsAttention or Sentiment.Negative);
        foreach (var (name, value) in analysis.Fields)
        {
            if (name == "party_size" && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
                json.WriteNumber(name, size);
            else
                json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Reason(RetellCall call) => call.EndReason switch
    {
        CallEndReason.CallerHungUp => "user_hangup",
        CallEndReason.AgentEnded => "agent_hangup",
        CallEndReason.Transferred => "call_transfer",
        CallEndReason.CallerSilent => "inactivity",
        CallEndReason.MaxDuration => "max_duration_reached",
        CallEndReason.AgentFailed or CallEndReason.ServerStopping => "error_retell",
        CallEndReason.NeverConnected => call.CarrierStatus switch
        {
            "busy" => "dial_busy",
            "no-answer" => "dial_no_answer",
            "canceled" => "manual_stopped",
            _ => "dial_failed",
        },
        _ => "error_unknown",
    };

    private static string Status(string reason) =>
        reason.StartsWith("error", StringComparison.Ordinal) ? "error"
        : reason.StartsWith("dial", StringComparison.Ordinal) ? "not_connected"
        : "ended";
}
