using System.Text;
using System.Text.Json;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Capture;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Replay;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tests.Capture;
using Parley.Conversation.Vad;
using Parley.Tests.Common.Calls;

namespace Parley.Conversation.Tests.Replay;

/// <summary>Scripted calls of every kind go again as they were captured; a changed loop, agent or capture shows.</summary>
public sealed class CallReplayTests
{
    private static readonly Dictionary<string, Action<CallRig>> Calls = new()
    {
        ["interrupted and pressed"] = CapturedRig.Converse,
        ["silent"] = rig => rig.Start().Until(() => rig.IsOver, 60_000),
        ["hang-up in the middle of a word"] = rig => rig.Start().UntilAgentDone().Speak("I would like a table for").Wait(1000).HangUp().Wait(3000),
        ["slow agent"] = rig =>
        {
            rig.Start().UntilAgentDone();
            rig.Agent.Delay = TimeSpan.FromSeconds(3);
            rig.Say("I want a table.").UntilAgentDone().HangUp().Wait(100);
        },
        ["agent that never answers"] = rig =>
        {
            rig.Start().UntilAgentDone();
            rig.Agent.Delay = TimeSpan.FromMinutes(5);
            rig.Say("I want a table.").Until(() => rig.IsOver, 60_000);
        },
        ["agent that fails"] = rig =>
        {
            rig.Start().UntilAgentDone();
            rig.Agent.FailWith = new InvalidOperationException("No.");
            rig.Say("I want a table.").Until(() => rig.IsOver, 60_000);
        },
        ["voice that stalls"] = rig =>
        {
            rig.Start().UntilAgentDone();
            rig.Voice.StallAfterChunks = 2;
            rig.Voice.Stalls = 1;
            rig.Say("I want a table.").UntilAgentDone().HangUp().Wait(100);
        },
        ["recogniser that fails"] = rig =>
        {
            rig.Start().UntilAgentDone();
            rig.Recogniser.FailWith = "broken";
            rig.Say("I want a table.").UntilAgentDone().HangUp().Wait(100);
        },
        ["coughs"] = rig => rig.Start().UntilAgentSpeaks().Noise(200).Wait(3000).Noise(60).Wait(3000).HangUp().Wait(100),
        ["transfer"] = rig =>
        {
            rig.Agent.Answer = _ => [new AgentEvent.Say("I connect you."), new AgentEvent.TransferCall(new Department("the manager", "+12125550111", []))];
            rig.Start().Until(() => rig.IsOver);
        },
        ["lost"] = rig => rig.Start().UntilAgentDone().StallMedia(30_000),
        ["resumed, and hung up in mid-sentence"] = rig => rig
            .Start(new ResumePoint(new RuleState { Facts = new CallFacts { Name = "Ann" } }.ToJson(), [], 1))
            .UntilAgentDone().Speak("I would like a table").Wait(900).HangUp().Wait(3000),
        ["resumed with a state that cannot be read"] = rig => rig
            .Start(new ResumePoint("nonsense", [], 1)).UntilAgentDone().Say("I want a table.").UntilAgentDone().HangUp().Wait(100),
        ["agent that fails where nobody else can be reached"] = rig =>
        {
            rig.Tenant = rig.Tenant with { Departments = [] };
            rig.Start().UntilAgentDone().Say("I want a table.").UntilAgentDone();
            rig.Agent.FailWith = new InvalidOperationException("No.");
            rig.Say("For four people tomorrow.").UntilAgentDone().Say("Please call me back about a table.").Until(() => rig.IsOver, 60_000);
        },
        ["resumed"] = rig => rig
            .Start(new ResumePoint("3", [new HistoryEntry(Speaker.Agent, "Hello there.")], 1))
            .UntilAgentDone().Say("I want a table.").UntilAgentDone().HangUp().Wait(100),
    };

    public static TheoryData<string> Names => [.. Calls.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_call_goes_again_as_it_was_captured(string name)
    {
        var call = CapturedRig.Read(await CapturedRig.CaptureAsync(Calls[name]));
        call.IsTruncated.ShouldBeFalse();

        var (report, log) = await ReplayAsync(call);
        var (again, secondLog) = await ReplayAsync(call);

        report.Differences.ShouldBeEmpty();
        again.Differences.ShouldBeEmpty();
        report.End.ShouldNotBeNull();
        report.Events.ShouldBe(call.Steps.Count);
        secondLog.ShouldBe(log);
        log.ShouldContain("> callend");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_call_that_is_cut_short_goes_again_up_to_there(string name)
    {
        var file = await CapturedRig.CaptureAsync(Calls[name]);

        // In pieces of its own, or a short call would be a single block.
        var call = CapturedRig.Read(file);
        call.Steps.RemoveRange(call.Steps.Count / 2, call.Steps.Count - (call.Steps.Count / 2));
        typeof(CapturedCall).GetProperty(nameof(CapturedCall.IsTruncated))!.SetValue(call, true);

        var (report, _) = await ReplayAsync(call);

        report.Differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_detector_that_hears_nothing_makes_another_call_of_it()
    {
        var call = CapturedRig.Read(await CapturedRig.CaptureAsync());

        var report = await CallReplay.RunAsync(call, CapturedRig.Parts() with { VoiceActivity = new Deaf() }, cancellationToken: TestContext.Current.CancellationToken);

        report.IsSame.ShouldBeFalse();
        report.Differences.ShouldContain(d => d.What.StartsWith("carrier", StringComparison.Ordinal));
        report.Differences.ShouldContain(d => d.What.StartsWith("turn-taking", StringComparison.Ordinal));
        report.Differences.ShouldContain(d => d.What.StartsWith("requests", StringComparison.Ordinal));
        report.Differences.ShouldContain(d => d.What == "turn 1, generatedText" && d.Captured == "I want a table for four people.");
    }

    [Fact]
    public async Task A_longer_silence_at_the_end_of_turns_shows_and_the_same_words_are_heard()
    {
        var call = CapturedRig.Read(await CapturedRig.CaptureAsync(rig => rig
            .Start().UntilAgentDone().Say("I want a table.").UntilAgentDone().Wait(1000).HangUp().Wait(100)));
        var options = call.Head.Options.Endpointing;
        options.CompleteMs += 200;
        options.StatementMs += 200;
        options.NeutralMs += 200;

        var (report, _) = await ReplayAsync(call);

        report.Differences.ShouldContain(d => d.What == "turn 1, times, endOfTurnMs");
        report.Differences.ShouldNotContain(d => d.What.EndsWith("Text", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_present_agent_is_asked_what_the_captured_one_was()
    {
        var call = CapturedRig.Read(await CapturedRig.CaptureAsync());
        var agent = new ScriptedAgent(TimeProvider.System);

        (await ReplayAsync(call, agent)).Report.Differences.ShouldBeEmpty();
        agent.Requests.Count.ShouldBeGreaterThan(3);
        agent.Requests[0].Now.ShouldBe(call.StartedAt, "the captured day, not today");
    }

    [Fact]
    public async Task An_agent_that_answers_otherwise_shows_where()
    {
        var call = CapturedRig.Read(await CapturedRig.CaptureAsync());
        var agent = new ScriptedAgent(TimeProvider.System)
        {
            Answer = r => [new AgentEvent.Say(r.Trigger is AgentTrigger.CallerPressed ? "Twelve." : Echo(r))],
        };

        var differences = (await ReplayAsync(call, agent)).Report.Differences;

        var difference = differences.ShouldHaveSingleItem();
        difference.What.ShouldBe("reply to 'pressed: 12'");
        difference.Captured.ShouldBe("You pressed 12.");
        difference.Replayed.ShouldBe("Twelve.");
    }

    [Fact]
    public async Task The_pace_is_asked_for_before_every_event()
    {
        var call = CapturedRig.Read(await CapturedRig.CaptureAsync());
        var moments = new List<long>();

        await CallReplay.RunAsync(call, CapturedRig.Parts(), pace: ms =>
        {
            moments.Add(ms);
            return Task.CompletedTask;
        }, cancellationToken: TestContext.Current.CancellationToken);

        moments.ShouldBe(call.Steps.Select(s => s.AtMs));
    }

    [Fact]
    public void What_a_call_begins_with_is_kept_whole()
    {
        var tenant = Agents.SampleTenants.Restaurant with { Capture = true, Turns = new TurnTuning { Patience = 1.5, SilenceMs = new EndpointingTuning { BareMs = 700 } } };
        var call = new CallContext(Guid.Empty, "CA1", tenant, "+12125550123", "+12125550101", CallDirection.Outbound, "MZ1");
        var options = new PipelineOptions { PlayoutLeadMs = 300, SpeechThreshold = 0.6 };
        options.Interruption.Sensitivity = 0.7;
        var head = new CaptureHead(call, options, new CaptureResume("{}", [new HistoryEntry(Speaker.Agent, "Hello", true)], 3, ResumeReason.TransferFailed));

        var again = JsonSerializer.Deserialize<CaptureHead>(JsonSerializer.Serialize(head, CaptureJson.Options), CaptureJson.Options)!;

        JsonSerializer.Serialize(again, CaptureJson.Options).ShouldBe(JsonSerializer.Serialize(head, CaptureJson.Options));
        again.Call.Tenant.TimeZone.ShouldBe(tenant.TimeZone);
        again.Call.Tenant.Hours.Weekly.ShouldBe(tenant.Hours.Weekly);
        again.Call.Tenant.Services.Select(s => s.Name).ShouldBe(tenant.Services.Select(s => s.Name));
        again.Call.Tenant.Facts.Select(f => f.Answer).ShouldBe(tenant.Facts.Select(f => f.Answer));
        again.Call.Tenant.Turns.ShouldBe(tenant.Turns);
        again.Call.Tenant.Capture.ShouldBe(true);
        (again.Call with { Tenant = tenant }).ShouldBe(call);
        again.Options.ShouldBeEquivalentTo(options);
        again.Resume.ShouldBeEquivalentTo(head.Resume);
    }

    internal static async Task<(ReplayReport Report, string Log)> ReplayAsync(CapturedCall call, ICallAgent? agent = null, ReplayParts? parts = null)
    {
        var log = new StringBuilder();
        await using var writer = new StringWriter(log);
        var report = await CallReplay.RunAsync(
            call, parts ?? CapturedRig.Parts(agent), writer, cancellationToken: TestContext.Current.CancellationToken);
        return (report, log.ToString());
    }

    private static string Echo(AgentRequest request) => request.Trigger switch
    {
        AgentTrigger.CallStarted => "Hello there.",
        AgentTrigger.CallerSaid said => $"You said {said.Text.TrimEnd('.')}.",
        _ => "?",
    };

    private sealed class Deaf : IVoiceActivityDetector, IVoiceActivityDetectorFactory
    {
        public IVoiceActivityDetector Create() => this;

        public float Process(ReadOnlySpan<short> samples) => 0;

        public void Reset()
        {
        }

        public void Dispose()
        {
        }
    }
}
