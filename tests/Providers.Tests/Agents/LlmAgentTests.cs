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
using static Parley.Providers.Tests.Agents.ScriptedModel;

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
    public async Task A_failure_after_words_is_a_failure_and_what_was_noted_stays()
    {
        var model = new ScriptedModel(static request => Broken(request));
        var events = new List<AgentEvent>();

        await Should.ThrowAsync<ProviderException>(() => ReadAsync(model, Said("hello"), events));

        events[0].ShouldBe(new AgentEvent.Say("Well, "));
        events[1].ShouldBeOfType<AgentEvent.Remember>().State.Facts.Name.ShouldBe("Anna");

        static IEnumerable<ModelEvent> Broken(ModelRequest _)
        {
            yield return Say("Well, ");
            yield return Call("take_message", """{"name":"Anna","text":"Call me"}""");
            throw new ProviderException("scripted", ProviderErrorKind.Disconnected, "The connection broke.");
        }
    }

    [Fact]
    public async Task A_model_with_nothing_to_say_leaves_the_turn_to_the_rules_or_fails_where_they_do_not_know_the_language()
    {
        var model = new ScriptedModel(static _ => [Say(" ")]);

        (await ReadAsync(model, Said("do you have parking"))).OfType<AgentEvent.Say>().Last().Text.ShouldContain("parking behind the house");

        var spanish = Said("hola") with { Call = Line(Luigis with { Language = "es-ES" }) };
        (await Should.ThrowAsync<ProviderException>(() => ReadAsync(model, spanish))).Kind.ShouldBe(ProviderErrorKind.MalformedAnswer);
    }

    [Fact]
    public async Task The_model_is_told_the_business_the_time_what_was_said_and_what_was_noted()
    {
        var model = new ScriptedModel(static _ => [Say("Yes.")]);
        var request = Said("and dogs?") with
        {
            State = new LlmState { Facts = new CallFacts { Name = "Anna", Intent = CallIntent.Question } },
            History = [new(Speaker.Agent, "Hi."), new(Speaker.Caller, "Parking?"), new(Speaker.Agent, "There is park", Interrupted: true)],
        };

        await ReadAsync(model, request);

        var messages = model.Requests.Single().Messages;
        var rules = messages[0].Text;
        string[] expected =
        [
            "of Luigi's {{now}}.", "Thursday, 5 March 2026, 12:00 (America/New_York)", "twelve Main Street", "- Friday: 11:30 to 22:00", "- Monday: closed",
            "Closed on 2026-12-25", "tiramisu: eight dollars", "parking: There is parking behind the house.", "the manager", "at most 10 guests",
            "English", "\"Name\":\"Anna\"",
        ];
        foreach (var words in expected)
            rules.ShouldContain(words);
        messages.Skip(1).Select(static m => (m.Role, m.Text)).ShouldBe(
        [
            (ModelRole.Assistant, "Hi."), (ModelRole.User, "Parking?"), (ModelRole.Assistant, "There is park [the caller broke in here]"),
            (ModelRole.User, "and dogs?"),
        ]);
        model.Requests.Single().Tools.Select(static t => t.Name).ShouldBe(["end_call", "take_message", "remember_booking", "transfer_to"]);
    }

    [Theory]
    [InlineData("take_message", """{"name":"Bob","text":"Bring wine","number":"212 555 0123"}""", "Noted.")]
    [InlineData("take_message", """{"text":"Bring wine","number":"12"}""", "cannot be dialled")]
    [InlineData("take_message", """{"text":" "}""", "text is missing")]
    [InlineData("take_message", "{\"te", "not JSON")]
    [InlineData("take_message", "[]", "text is missing")]
    [InlineData("remember_booking", """{"date_time":"2026-03-06T19:00"}""", "Still missing: name, number of guests")]
    [InlineData("remember_booking", """{"date_time":"2026-03-06T23:00"}""", "nearest possible time that day: 2026-03-06T21:30")]
    [InlineData("remember_booking", """{"date_time":"2026-03-07T19:00"}""", "Not possible (ClosedDay)")]
    [InlineData("remember_booking", """{"date_time":"Friday"}""", "date_time is not like")]
    [InlineData("remember_booking", """{"party_size":11}""", "more than 10 guests")]
    [InlineData("remember_booking", """{"party_size":-1}""", "no number of guests")]
    [InlineData("transfer_to", """{"department":"The Manager"}""", "connected after your words")]
    [InlineData("open_door", "{}", "no such tool")]
    public async Task A_tool_tells_the_model_what_came_of_it(string tool, string arguments, string result)
    {
        var model = new ScriptedModel(request => request.Messages[^1].Role == ModelRole.Tool ? [Say("Well.")] : [Call(tool, arguments)]);

        await ReadAsync(model, Said("please"));

        model.Requests[1].Messages[^1].Text.ShouldContain(result);
        model.Requests[1].Messages[^1].ToolCallId.ShouldBe("call_1");
    }

    [Fact]
    public async Task A_message_becomes_the_lead_and_a_transfer_connects()
    {
        var model = new ScriptedModel(static request => request.Messages[^1].Role == ModelRole.Tool
            ? [Say("I connect you.")]
            : [Call("take_message", """{"name":"Bob","text":"Bring wine","number":"212 555 0123"}"""), Call("transfer_to", """{"department":"manager"}""")]);

        var events = await ReadAsync(model, Said("the manager please"));

        var facts = events.OfType<AgentEvent.Remember>().Single().State.Facts;
        (facts.Intent, facts.Name, facts.Message, facts.Phone).ShouldBe((CallIntent.Message, "Bob", "Bring wine", "+12125550123"));
        events[^1].ShouldBe(new AgentEvent.TransferCall(Luigis.Departments[0]));
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
    public async Task A_model_that_only_ever_wants_tools_is_stopped()
    {
        var model = new ScriptedModel(static _ => [Call("take_message", """{"text":"again"}""")]);

        (await ReadAsync(model, Said("do you have parking"))).OfType<AgentEvent.Say>().ShouldNotBeEmpty();

        model.Requests.Count.ShouldBe(3);
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
            return events.Contains(new AgentEvent.Say("The model speaks."));
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

    private static AgentRequest Said(string text) => new() { Call = Line(Luigis), Trigger = new AgentTrigger.CallerSaid(text), Now = Now };

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
