using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Escalations;
using Parley.Conversation.Flags;
using Parley.Conversation.Frames;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tests.Agents;
using Parley.Tests.Common.Calls;

namespace Parley.Conversation.Tests.Escalations;

public sealed class EscalationTests
{
    private static readonly Tenant OpeningHoursOnly = SampleTenants.Restaurant with { Escalations = new EscalationSettings() };

    /// <summary>Saturday, 13:00 in New York.</summary>
    private static readonly DateTimeOffset Open = DialogueScript.SaturdayMorning.AddHours(3);

    [Fact]
    public async Task An_angry_caller_is_offered_a_person_by_the_rules_and_staff_are_told()
    {
        var events = await AskAsync("This is ridiculous, nobody ever answers.", Open);

        var escalation = events.OfType<AgentEvent.Escalate>().ShouldHaveSingleItem();
        escalation.Reason.ShouldBe(EscalationReason.Anger);
        escalation.Summary.ShouldBe("A caller. They said: This is ridiculous, nobody ever answers.");
        Words(events).ShouldBe("I'm sorry about that. Shall I put you through to the manager now?");
    }

    [Fact]
    public async Task While_the_business_is_closed_a_message_is_offered_instead()
    {
        var events = await AskAsync("This is ridiculous, nobody ever answers.", DialogueScript.SaturdayMorning);

        Words(events).ShouldBe("I'm sorry about that. Shall I take a message for the team?");
    }

    [Fact]
    public async Task An_angry_caller_in_the_middle_of_a_booking_goes_on_with_it_and_hears_of_a_person_in_passing()
    {
        var state = new RuleState { Task = RuleTask.Booking, Asked = Question.PartySize, LastQuestion = "For how many people?", Facts = new CallFacts { Intent = CallIntent.Booking } };
        var events = await AskAsync("For four, this is ridiculous.", Open, state: state);

        events.OfType<AgentEvent.Remember>().Single().State.Facts.PartySize.ShouldBe(4);
        Words(events).ShouldStartWith("I'm sorry about that. If you'd rather speak to a person, just say so.");
    }

    [Fact]
    public async Task A_caller_who_asks_for_a_person_is_connected_in_opening_hours_with_a_summary()
    {
        var state = new RuleState { Facts = new CallFacts { Name = "Ann" } };
        var events = await AskAsync("Put me through to the manager now please.", Open, state: state);

        var transfer = events.OfType<AgentEvent.TransferCall>().ShouldHaveSingleItem();
        transfer.Department.ShouldBe(SampleTenants.Manager);
        transfer.Summary.ShouldBe("A call from Ann. They said: Put me through to the manager now please.");
        events.OfType<AgentEvent.Escalate>().ShouldHaveSingleItem().Reason.ShouldBe(EscalationReason.AskedFor);
    }

    [Theory]
    [InlineData("Yes, please.", false, "A caller. They said: Where is the order I paid for in March? Yes, please.")]
    [InlineData("Yes, please.", true, "A caller. They said: Where is the order I paid for in March? Yes, please.")]
    [InlineData("I have waited for it since the fifth of May.", false, "A caller. They said: I have waited for it since the fifth of May.")]
    public void A_few_words_are_told_with_those_before(string words, bool isClosed, string expected)
    {
        List<HistoryEntry> history = [new(Speaker.Caller, "Where is the order I paid for in March?"), new(Speaker.Agent, "Shall I put you through?")];
        if (isClosed)
            history.Add(new HistoryEntry(Speaker.Caller, words));

        CallSummary.Of(Request(words, Open, SampleTenants.Restaurant, state: null, TenantFeatures.All).Call, CallFacts.None, history, new AgentTrigger.CallerSaid(words)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(TransferTimes.OpeningHours, false)]
    [InlineData(TransferTimes.Never, false)]
    [InlineData(TransferTimes.Always, true)]
    public async Task Outside_opening_hours_a_caller_is_connected_only_when_the_tenant_says_so(TransferTimes times, bool connected)
    {
        var tenant = OpeningHoursOnly with { Escalations = new EscalationSettings { Transfer = times } };
        var events = await AskAsync("Put me through to the manager now please.", DialogueScript.SaturdayMorning, tenant);

        events.OfType<AgentEvent.TransferCall>().Any().ShouldBe(connected);
        events.OfType<AgentEvent.Escalate>().ShouldHaveSingleItem().Reason.ShouldBe(EscalationReason.AskedFor);
        if (!connected)
            Words(events).ShouldContain("leave a message");
    }

    [Fact]
    public async Task A_tenant_without_the_tool_connects_nobody()
    {
        var events = await AskAsync("Put me through to the manager now please.", Open, features: new TenantFeatures([new Dictionary<string, bool> { ["tool.transfer_to"] = false }]));

        events.OfType<AgentEvent.TransferCall>().ShouldBeEmpty();
    }

    [Fact]
    public void Only_a_spoken_reply_escalates_and_the_transfers_summary_goes_with_the_call()
    {
        var raised = new Raised();
        using var call = new CallRig { Escalations = raised };
        call.Agent.Answer = request => request.Trigger is AgentTrigger.CallerSaid
            ? [new AgentEvent.Escalate(EscalationReason.AskedFor, "Wants the boss."), new AgentEvent.Say("One moment."), new AgentEvent.TransferCall(SampleTenants.Manager, "It is Ann.")]
            : [new AgentEvent.Say("Hello there.")];
        call.Start().UntilAgentDone();
        raised.All.ShouldBeEmpty();
        call.Say("a person please").Until(() => call.IsOver);

        var escalation = raised.All.ShouldHaveSingleItem();
        escalation.Reason.ShouldBe(EscalationReason.AskedFor);
        escalation.TenantId.ShouldBe(call.Tenant.Id);
        call.Outcome.TransferSummary.ShouldBe("It is Ann.");
        call.Journal.Ends[0].TransferSummary.ShouldBe("It is Ann.");
        call.Agent.Requests.Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public void An_agent_that_breaks_down_is_told_to_staff_once()
    {
        var raised = new Raised();
        using var call = new CallRig { Escalations = raised };
        call.Start().UntilAgentDone();
        call.Agent.FailWith = new InvalidOperationException("broken");
        call.Say("is there parking").UntilAgentDone();
        call.Say("this is Ann please call me back").Until(() => call.IsOver, 60_000);

        raised.All.ShouldHaveSingleItem().Reason.ShouldBe(EscalationReason.AgentFailed);
        raised.All[0].Summary.ShouldContain("is there parking");
    }

    [Fact]
    public void The_callers_past_is_there_once_it_is_known_and_nothing_waits_for_it()
    {
        var past = new CallerHistory { Calls = 2, FirstCallAt = Open, LastCallAt = Open, Name = "Ann" };
        var lookup = new TaskCompletionSource<CallerHistory?>();
        var request = Request("Hello.", Open, OpeningHoursOnly, null, TenantFeatures.All);
        request = request with { Call = request.Call with { Caller = lookup.Task } };

        request.Caller.ShouldBeNull();
        lookup.SetResult(past);
        request.Caller.ShouldBe(past);
        (request with { Call = request.Call with { Caller = Task.FromException<CallerHistory?>(new TimeoutException()) } }).Caller.ShouldBeNull();
    }

    private static async Task<List<AgentEvent>> AskAsync(
        string words, DateTimeOffset now, Tenant? tenant = null, RuleState? state = null, TenantFeatures? features = null) =>
        await new EscalatingAgent(new RuleAgent())
            .RespondAsync(Request(words, now, tenant ?? OpeningHoursOnly, state, features ?? TenantFeatures.All), default).ToListAsync();

    private static AgentRequest Request(string words, DateTimeOffset now, Tenant tenant, RuleState? state, TenantFeatures features) => new()
    {
        Call = new CallContext(Guid.Parse("01930000-0000-7000-8000-0000000000ff"), "CA1", tenant, "+15550101234", SampleTenants.CalledNumber, CallDirection.Inbound),
        Trigger = new AgentTrigger.CallerSaid(words),
        State = state,
        Now = now,
        Features = features,
    };

    private static string Words(List<AgentEvent> events) => string.Concat(events.OfType<AgentEvent.Say>().Select(s => s.Text));

    private sealed class Raised : IEscalations
    {
        public List<Escalation> All { get; } = [];

        public void Raise(Escalation escalation) => All.Add(escalation);
    }
}
