using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Frames;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tests.Agents;

/// <summary>A call to the rule agent, line by line, as the loop would hold it.</summary>
internal sealed class DialogueScript
{
    /// <summary>Saturday, 21 November 2026, 10:00 in New York.</summary>
    public static readonly DateTimeOffset SaturdayMorning = new(2026, 11, 21, 15, 0, 0, TimeSpan.Zero);

    private readonly RuleAgent _agent = new();
    private readonly CallContext _call;
    private readonly DateTimeOffset _now;

    public DialogueScript(Tenant? tenant = null, string? caller = "+15550101234", DateTimeOffset? now = null)
    {
        _call = new CallContext(Guid.Parse("01930000-0000-7000-8000-0000000000ff"), "CA1", tenant ?? SampleTenants.Restaurant, caller, SampleTenants.CalledNumber,
            default(CallDirection));
        _now = now ?? SaturdayMorning;
        On(new AgentTrigger.CallStarted());
    }

    public AgentState? State { get; private set; }

    public List<AgentEvent> Events { get; private set; } = [];

    public string Words => string.Join("", Events.OfType<AgentEvent.Say>().Select(s => s.Text));

    public CallFacts Facts => State!.Facts;

    public ReplyExpectation Expected => Events.OfType<AgentEvent.Expect>().Single().Expectation;

    public bool Ended => Events[^1] is AgentEvent.EndCall;

    public Department? TransferredTo => (Events[^1] as AgentEvent.TransferCall)?.Department;

    public DialogueScript Caller(params string[] lines)
    {
        foreach (var line in lines)
            On(new AgentTrigger.CallerSaid(line));
        return this;
    }

    public DialogueScript On(AgentTrigger trigger)
    {
        Events = Ask(trigger);
        Events.OfType<AgentEvent.Remember>().Count().ShouldBe(1);
        State = Events.OfType<AgentEvent.Remember>().Single().State;
        return this;
    }

    /// <summary>What the agent would answer, without taking it.</summary>
    public List<AgentEvent> Ask(AgentTrigger trigger) => _agent
        .RespondAsync(new AgentRequest { Call = _call, Trigger = trigger, State = State, Now = _now }, CancellationToken.None)
        .ToBlockingEnumerable()
        .ToList();

    /// <summary>Puts the state through its JSON, as a restart does.</summary>
    public DialogueScript Restart()
    {
        State = _agent.RestoreState(State!.ToJson());
        State.ShouldNotBeNull();
        return this;
    }

    public DialogueScript Says(params string[] parts)
    {
        foreach (var part in parts)
            Words.ShouldContain(part, Case.Insensitive);
        return this;
    }

    public DialogueScript Expects(ReplyKind kind)
    {
        Expected.Kind.ShouldBe(kind, Words);
        return this;
    }

    public DialogueScript Hangs()
    {
        Ended.ShouldBeTrue(Words);
        return this;
    }

    public static LocalDateTime At(int month, int day, int hour, int minute = 0) => new(2026, month, day, hour, minute);
}
