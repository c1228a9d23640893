using System.Text;
using System.Text.Json;
using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.PostCall;
using Parley.Conversation.Stores;
using Parley.Conversation.Tests.Agents;
using Parley.Conversation.Webhooks;

namespace Parley.Conversation.Tests.Webhooks;

public sealed class RetellTests
{
    private static readonly DateTimeOffset Begun = DateTimeOffset.FromUnixTimeMilliseconds(1_760_000_000_000);

    // Vectors computed with the official TypeScript SDK 5.66.1.
    [Theory]
    [InlineData("""{"event":"call_started","call":{"call_id":"call_1"}}""", "55c748656cdb9c41b94124a365562bf3c2fafc299dcb042df1ead597c1a9db1b")]
    [InlineData("""{"event":"call_ended","call":{"call_id":"call_1","transcript":"Agent: Grüß Gott\nUser: Müller"}}""", "f393aef4165355a4224ac6de5637870af2b61599ccaf42536c32387b7ad58182")]
    [InlineData("""{"event": "call_ended", "call": {"call_id": "call_1"}}""", "ec06d025a9a5470639034f0b74abd6eeeada462831cc9a96406ef2338d89d426")]
    [InlineData("""{"name":"check_slot","args":{"day":"2026-11-02"},"call":{"call_id":"call_1"}}""", "23425aab54a7d82040e4962d583546dd69da1d8b6cf71dc8bb80a8f36f519da2")]
    [InlineData("", "a44287b22400d6db08c51d1407cc886ec9ab1febc8dd57436381e10bb612a664")]
    public void Signatures_are_those_of_the_official_library(string body, string digest) =>
        RetellSignature.Sign("key_test_0123456789abcdef", Encoding.UTF8.GetBytes(body), Begun).ShouldBe($"v=1760000000000,d={digest}");

    [Fact]
    public void Without_a_key_nothing_is_signed() => Should.Throw<ArgumentException>(() => RetellSignature.Sign("", [], Begun));

    [Fact]
    public void A_start_tells_the_basic_fields_alone()
    {
        var root = Write("call_started", Call());

        root.GetProperty("event").GetString().ShouldBe("call_started");
        root.GetProperty("call").EnumerateObject().Select(p => p.Name).ShouldBe([
            "call_id", "call_type", "call_status", "direction", "agent_id", "agent_name", "agent_version", "from_number", "to_number",
            "telephony_identifier", "metadata", "start_timestamp"]);
        root.GetProperty("call").GetProperty("agent_version").ValueKind.ShouldBe(JsonValueKind.Number);
    }

    [Fact]
    public void An_end_tells_times_transcript_latency_and_cost_and_an_analysis_that_too()
    {
        var ended = Write("call_ended", Call()).GetProperty("call");
        ended.GetProperty("start_timestamp").GetInt64().ShouldBe(1_760_000_001_000);
        ended.GetProperty("end_timestamp").GetInt64().ShouldBe(1_760_000_061_000);
        ended.GetProperty("duration_ms").GetInt64().ShouldBe(60_000);
        ended.GetProperty("transcript").GetString().ShouldBe("Agent: Grüß Gott.\nUser: Müller.\nAgent: One mo\n");
        ended.GetProperty("transcript_object").EnumerateArray().Select(t => t.GetProperty("role").GetString()).ShouldBe(["agent", "user", "agent"]);
        var latency = ended.GetProperty("latency").GetProperty("e2e");
        latency.GetProperty("p50").GetInt32().ShouldBe(700);
        latency.GetProperty("num").GetInt32().ShouldBe(1);
        ended.GetProperty("call_cost").GetProperty("combined_cost").GetDecimal().ShouldBe(12.5m);
        ended.TryGetProperty("call_analysis", out _).ShouldBeFalse();

        var analysis = Write("call_analyzed", Call()).GetProperty("call").GetProperty("call_analysis");
        analysis.GetProperty("user_sentiment").GetString().ShouldBe("Neutral");
        analysis.GetProperty("custom_analysis_data").GetProperty("needs_attention").GetBoolean().ShouldBeTrue();
        analysis.GetProperty("custom_analysis_data").GetProperty("party_size").GetInt32().ShouldBe(4);
    }

    [Theory]
    [InlineData(CallEndReason.CallerHungUp, null, "user_hangup", "ended")]
    [InlineData(CallEndReason.AgentEnded, null, "agent_hangup", "ended")]
    [InlineData(CallEndReason.Transferred, null, "call_transfer", "ended")]
    [InlineData(CallEndReason.CallerSilent, null, "inactivity", "ended")]
    [InlineData(CallEndReason.MaxDuration, null, "max_duration_reached", "ended")]
    [InlineData(CallEndReason.AgentFailed, null, "error_retell", "error")]
    [InlineData(CallEndReason.TransportLost, null, "error_unknown", "error")]
    [InlineData(CallEndReason.NeverConnected, "busy", "dial_busy", "not_connected")]
    [InlineData(CallEndReason.NeverConnected, "no-answer", "dial_no_answer", "not_connected")]
    [InlineData(CallEndReason.NeverConnected, "failed", "dial_failed", "not_connected")]
    public void Ends_have_the_names_that_receivers_know(CallEndReason reason, string? carrier, string expected, string status)
    {
        var call = Write("call_ended", Call() with { EndReason = reason, CarrierStatus = carrier }).GetProperty("call");

        call.GetProperty("disconnection_reason").GetString().ShouldBe(expected);
        call.GetProperty("call_status").GetString().ShouldBe(status);
    }

    [Fact]
    public void A_withheld_number_and_a_call_without_media_are_told_as_such()
    {
        var call = Write("call_ended", Call() with { CallerNumber = null, ConnectedAt = null, EndedAt = Begun.AddSeconds(-1), Turns = [], CostInDollars = null }).GetProperty("call");

        call.GetProperty("from_number").GetString().ShouldBe("anonymous");
        call.GetProperty("duration_ms").GetInt64().ShouldBe(0);
        call.GetProperty("transcript").GetString().ShouldBe("");
        call.TryGetProperty("latency", out _).ShouldBeFalse();
        call.TryGetProperty("call_cost", out _).ShouldBeFalse();
    }

    private static JsonElement Write(string name, RetellCall call) => JsonSerializer.Deserialize<JsonElement>(RetellPayload.Write(name, call));

    private static RetellCall Call() => new()
    {
        CallId = Guid.Parse("01930000-0000-7000-8000-0000000000ff"),
        CarrierCallId = "CA1",
        Tenant = SampleTenants.Restaurant,
        Direction = CallDirection.Inbound,
        CallerNumber = "+15550101234",
        CalledNumber = SampleTenants.CalledNumber,
        StartedAt = Begun,
        ConnectedAt = Begun.AddSeconds(1),
        EndedAt = Begun.AddSeconds(61),
        EndReason = CallEndReason.AgentEnded,
        Turns =
        [
            Turn(0, Speaker.Agent, "Grüß Gott.", new TurnTimes { FirstFrameSentMs = 10 }),
            Turn(1, Speaker.Caller, "Müller.", new TurnTimes { SpeechEndMs = 2000 }),
            Turn(2, Speaker.Agent, "One mo", new TurnTimes { SpeechEndMs = 2000, FirstFrameSentMs = 2700 }),
            Turn(3, Speaker.Agent, "", new TurnTimes()),
        ],
        CostInDollars = 0.125m,
        Analysis = new CallAnalysis
        {
            Intent = CallIntent.Booking,
            Outcome = CallOutcomeKind.Open,
            Sentiment = Sentiment.NeedsAttention,
            Summary = "A table.",
            Successful = false,
            Fields = new Dictionary<string, string> { ["party_size"] = "4" },
            MadeBy = "rules",
        },
    };

    private static TurnRecord Turn(int ordinal, Speaker speaker, string heard, TurnTimes times) => new()
    {
        CallId = Guid.Parse("01930000-0000-7000-8000-0000000000ff"),
        Ordinal = ordinal,
        Speaker = speaker,
        GeneratedText = heard,
        SentText = heard,
        HeardText = heard,
        StartedAt = Begun,
        EndedAt = Begun,
        Times = times,
    };
}
