using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.PostCall;
using Parley.Conversation.Stores;
using Parley.Conversation.Tests.Agents;
using Parley.Conversation.Tools;
using Parley.Conversation.Webhooks;
using Parley.Tests.Common.Tools;

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
    public async Task The_official_library_verifies_what_is_signed_and_no_other_body_key_or_time()
    {
        // The library looks at the machine's clock.
        var now = TimeProvider.System.GetUtcNow();
        var bodies = new[] { RetellPayload.Write("call_started", Call()), RetellPayload.Write("call_analyzed", Call()), "{}"u8.ToArray(), [] };
        var lines = bodies.Select(body => Line(body, "schlüssel_1", RetellSignature.Sign("schlüssel_1", body, now)))
            .Append(Line("{ }"u8, "schlüssel_1", RetellSignature.Sign("schlüssel_1", "{}"u8, now)))
            .Append(Line("{}"u8, "schlüssel_2", RetellSignature.Sign("schlüssel_1", "{}"u8, now)))
            .Append(Line("{}"u8, "schlüssel_1", RetellSignature.Sign("schlüssel_1", "{}"u8, now.AddMinutes(-6))));

        var run = await OfficialLibrary.TryRunAsync(
            ["retell-sdk"], ["retell-verify.mjs"], Encoding.UTF8.GetBytes(string.Join('\n', lines)), TestContext.Current.CancellationToken);
        Assert.SkipWhen(run is null, OfficialLibrary.Missing);

        run!.ExitCode.ShouldBe(0, run.Errors);
        run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["true", "true", "true", "true", "false", "false", "false"]);

        static string Line(ReadOnlySpan<byte> body, string key, string signature) =>
            new JsonObject { ["body"] = Convert.ToBase64String(body), ["key"] = key, ["signature"] = signature }.ToJsonString();
    }

    [Fact]
    public void Tools_stand_in_the_transcript_where_they_ran_with_what_they_were_given_and_gave()
    {
        var call = Call() with
        {
            Turns =
            [
                Turn(0, Speaker.Agent, "Hello.", new TurnTimes()),
                Turn(1, Speaker.Caller, "Is seven free?", new TurnTimes()),
                Turn(2, Speaker.Agent, "It is.", new TurnTimes()) with
                {
                    DecisionJson = """
                        {"tools":[{"name":"check_availability","failed":false,"arguments":{"guests":4,"at":"19:00"},"result":"Free."},
                                  {"name":"hold_booking","failed":true,"arguments":{"guests":"x"},"result":"The arguments do not fit."},
                                  {"name":"hold_booking","failed":false,"arguments":{"guests":"4"},"result":"Held."}]}
                        """,
                },
                Turn(3, Speaker.Caller, "And leave a message.", new TurnTimes()),
                Turn(4, Speaker.Agent, "", new TurnTimes()),
                Turn(5, Speaker.Caller, "Hello?", new TurnTimes()),
            ],
            Ledger =
            [
                new ToolOutcome(1, "hold_booking", new JsonObject { ["guests"] = 4 }, new ToolResult { Text = "Held till nine." }),
                new ToolOutcome(3, "take_message", new JsonObject { ["text"] = "Späti" }, new ToolResult { Text = "Noted." }),
                new ToolOutcome(5, "send_link", [], ToolResult.InDoubt),
            ],
        };

        var entries = Write("call_ended", call).GetProperty("call").GetProperty("transcript_with_tool_calls").EnumerateArray().ToList();

        entries.Select(Told).ShouldBe([
            "agent Hello.",
            "user Is seven free?",
            """check_availability {"at":"19:00","guests":4}""", "True Free.",
            """hold_booking {"guests":"x"}""", "False The arguments do not fit.",
            """hold_booking {"guests":4}""", "True Held till nine.",
            "agent It is.",
            "user And leave a message.",
            """take_message {"text":"Sp\u00E4ti"}""", "True Noted.",
            "user Hello?",
            "send_link {}", """False {"error":"in_doubt"}""",
        ]);
        foreach (var (invocation, result) in entries.Where(e => e.TryGetProperty("tool_call_id", out _)).Chunk(2).Select(pair => (pair[0], pair[1])))
            invocation.GetProperty("tool_call_id").GetString().ShouldBe(result.GetProperty("tool_call_id").GetString());
        entries.Where(e => e.TryGetProperty("tool_call_id", out _)).Select(e => e.GetProperty("tool_call_id").GetString()).Distinct().Count().ShouldBe(5);
        Write("call_ended", call).GetProperty("call").GetProperty("transcript_object").GetArrayLength().ShouldBe(5);

        static string Told(JsonElement entry) => entry.GetProperty("role").GetString() switch
        {
            "tool_call_invocation" => $"{entry.GetProperty("name")} {entry.GetProperty("arguments").GetString()}",
            "tool_call_result" => $"{entry.GetProperty("successful").GetBoolean()} {entry.GetProperty("content").GetString()}",
            var role => $"{role} {entry.GetProperty("content").GetString()}",
        };
    }

    [Fact]
    public void Decisions_of_another_shape_tell_of_no_tools()
    {
        foreach (var decision in new[] { "[]", "{}", """{"tools":7}""", """{"tools":[7,{"failed":true}]}""" })
        {
            var call = Call() with { Turns = [Turn(0, Speaker.Agent, "Hello.", new TurnTimes()) with { DecisionJson = decision }] };
            Write("call_ended", call).GetProperty("call").GetProperty("transcript_with_tool_calls").GetArrayLength().ShouldBe(1, decision);
        }
    }

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
        ended.GetProperty("call_cost").GetProperty("total_duration_unit_price").GetDecimal().ShouldBe(0.208333m);
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
