using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Llm;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Frames;
using Parley.Conversation.Llm;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Providers;
using Parley.Conversation.Tenants;
using Parley.Tests.Common.Calls;
using Parley.Tests.Common.Llm;
using Parley.Tests.Common.Time;
using Parley.Tests.Common.Tools;
using static Parley.Tests.Common.Llm.ScriptedModel;

namespace Parley.Providers.Tests.Agents;

public class LlmAgentTests
{
    // A Thursday, 12:00 in the tenant's zone.
    private static readonly DateTimeOffset Now = new(2026, 3, 5, 17, 0, 0, TimeSpan.Zero);

    private static readonly Tenant Luigis = new()
    {
        Id = new Guid("01930000-0000-7000-8000-000000000001"),
        Slug = "luigis",
        Name = "Luigi's {{now}}",
        Kind = BusinessKind.Restaurant,
        TimeZone = DateTimeZoneProviders.Tzdb["America/New_York"],
        Greeting = "Luigi's, how can I help you?",
        Address = "twelve Main Street",
        Phone = "+12125550100",
        Hours = new OpeningHours([new OpeningSpan(IsoDayOfWeek.Friday, new LocalTime(11, 30), new LocalTime(22, 0))], [new LocalDate(2026, 12, 25)]),
        Services = [new Service("tiramisu", "eight dollars", null, [])],
        Facts = [new Fact("parking", ["car"], "There is parking behind the house.")],
        Booking = new BookingRules(),
        Escalations = new EscalationSettings { Transfer = TransferTimes.Always },
        Departments = [new Department("the manager", "+12125550199", ["manager"])],
    };

    [Fact]
    public void A_whole_call_books_a_table_and_ends_with_the_models_words()
    {
        var model = new ScriptedModel(static request => (Last(request), request.Messages[^1].Role) switch
        {
            (_, ModelRole.Tool) when request.Messages[^1].Text.StartsWith("Booked", StringComparison.Ordinal) => [Say("You are booked.")],
            (_, ModelRole.Tool) => [Say("For four on Friday at seven, Anna. Right?")],
            ("a table for four on friday at seven for anna", _) =>
                [Call("remember_booking", """{"name":"Anna","party_size":4,"date_time":"2026-11-27T19:00"}""")],
            ("yes please", _) => [Call("remember_booking", """{"confirmed":true}""")],
            _ => [Say("Thank you, "), Say("**goodbye**."), Call("end_call", "")],
        });
        using var rig = new CallRig { Tenant = Luigis, RealAgent = new LlmAgent(model, new RuleAgent(), NullLogger<LlmAgent>.Instance) };

        rig.Start().UntilAgentDone();
        rig.Say("a table for four on friday at seven for anna").UntilAgentDone();
        rig.Say("yes please").UntilAgentDone();
        rig.Say("no that is all").UntilAgentDone().Until(() => rig.IsOver);

        rig.Outcome.Reason.ShouldBe(CallEndReason.AgentEnded);
        rig.Transcript.ShouldBe(
        [
            "agent: Luigi's, how can I help you?", "caller: a table for four on friday at seven for anna", "agent: For four on Friday at seven, Anna. Right?",
            "caller: yes please", "agent: You are booked.", "caller: no that is all", "agent: Thank you, goodbye.",
        ]);
        var facts = rig.Journal.Turns.Select(static t => t.Facts).OfType<CallFacts>().Last();
        (facts.Intent, facts.Name, facts.PartySize, facts.RequestedFor, facts.Confirmed)
            .ShouldBe((CallIntent.Booking, "Anna", 4, new DateTime(2026, 11, 27, 19, 0, 0), true));
    }

    [Fact]
    public void The_rules_answer_a_turn_whose_model_fails_and_the_model_the_next_one()
    {
        var model = new ScriptedModel(static request => Last(request) == "do you have parking"
            ? throw new ProviderException("scripted", ProviderErrorKind.Unavailable, "HTTP 503.")
            : [Say("Of course.")]);
        using var rig = new CallRig { Tenant = Luigis, RealAgent = new LlmAgent(model, new RuleAgent(), NullLogger<LlmAgent>.Instance) };

        rig.Start().UntilAgentDone();
        rig.Say("do you have parking").UntilAgentDone();
        rig.Say("may i bring my grandmother").UntilAgentDone();

        rig.Transcript[2].ShouldContain("parking behind the house");
        rig.Transcript[4].ShouldBe("agent: Of course.");
        rig.Errors.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task Time_that_is_up_and_a_third_silence_end_the_call_whatever_the_model_wants()
    {
        var model = new ScriptedModel(static _ => [Say("Goodbye.")]);

        (await ReadAsync(model, Said("") with { Trigger = new AgentTrigger.EndOfTime() }))[^1].ShouldBeOfType<AgentEvent.EndCall>();
        (await ReadAsync(model, Said("") with { Trigger = new AgentTrigger.CallerSilent(3) }))[^1].ShouldBeOfType<AgentEvent.EndCall>();
        (await ReadAsync(model, Said("") with { Trigger = new AgentTrigger.CallerSilent(1) }))[^1].ShouldBeOfType<AgentEvent.Remember>();
    }

    [Fact]
    public void The_state_survives_a_restart_and_each_agent_knows_its_own()
    {
        var state = new LlmState { Facts = new CallFacts { Name = "Zoë", RequestedFor = new DateTime(2026, 3, 6, 19, 0, 0) } };
        var agent = new LlmAgent(new ScriptedModel(static _ => []), new RuleAgent(), NullLogger<LlmAgent>.Instance);

        var restored = agent.RestoreState(state.ToJson()).ShouldBeOfType<LlmState>().Facts;
        (restored.Name, restored.RequestedFor).ShouldBe((state.Facts.Name, state.Facts.RequestedFor));
        agent.RestoreState(new RuleState { Turn = 3 }.ToJson()).ShouldBeOfType<RuleState>();
        agent.RestoreState("{}").ShouldBeNull();
        agent.RestoreState("nonsense").ShouldBeNull();
    }

    [Fact]
    public async Task Each_tenant_has_the_agent_of_its_choice()
    {
        var model = new ScriptedModel(static _ => [Say("The model speaks.")]);
        var rules = new RuleAgent();
        var router = new AgentRouter(rules, name => name == "openai" ? new LlmAgent(model, rules, NullLogger<LlmAgent>.Instance) : null, ["rules"]);

        async Task<bool> ModelSpeaks(params string[]? think)
        {
            var tenant = Luigis with { Providers = think is null ? null : new ProviderChoice { Think = think } };
            var events = await ReadAsync(router, Said("hello") with { Call = Line(tenant) });
            return events.Contains(new AgentEvent.Say("The model speaks. "));
        }

        (await ModelSpeaks(null)).ShouldBeFalse();
        (await ModelSpeaks("openai", "rules")).ShouldBeTrue();
        (await ModelSpeaks("deepseek", "openai")).ShouldBeTrue();
        (await ModelSpeaks("rules", "openai")).ShouldBeFalse();
        (await ModelSpeaks("deepseek")).ShouldBeFalse();
        router.Name.ShouldBe("rules");
    }

    private static string Last(ModelRequest request) => request.Messages.Last(static m => m.Role == ModelRole.User).Text;

    private static CallContext Line(Tenant tenant) =>
        new(new Guid("01900000-0000-7000-8000-0000000000aa"), "CA1", tenant, "+12125550123", "+12125550100", CallDirection.Inbound);

    private static AgentRequest Said(string text) => new()
    {
        Call = Line(Luigis), Trigger = new AgentTrigger.CallerSaid(text), Now = Now, Tools = PlainTools.Box(new ManualClock()).Open(Line(Luigis), null),
    };

    private static Task<List<AgentEvent>> ReadAsync(ScriptedModel model, AgentRequest request, List<AgentEvent>? events = null) =>
        ReadAsync(new LlmAgent(model, new RuleAgent(), NullLogger<LlmAgent>.Instance), request, events);

    private static async Task<List<AgentEvent>> ReadAsync(ICallAgent agent, AgentRequest request, List<AgentEvent>? events = null)
    {
        events ??= [];
        await foreach (var one in agent.RespondAsync(request, TestContext.Current.CancellationToken))
            events.Add(one);
        return events;
    }
}
