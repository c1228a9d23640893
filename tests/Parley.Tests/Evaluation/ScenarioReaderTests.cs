using NodaTime;
using Parley.Calling;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools.Http;
using Parley.Evaluation;

namespace Parley.Tests.Evaluation;

public sealed class ScenarioReaderTests
{
    private const string Head = "name: A test\ntenant: luigis\n";

    private static readonly Tenant Luigis = new()
    {
        Id = Guid.Empty, Slug = "luigis", Name = "Luigi's", Kind = BusinessKind.Restaurant, TimeZone = DateTimeZone.Utc, Greeting = "Hello.",
        Tools = [new HttpToolSettings { Name = "order_status", Description = "Where an order is.", ParametersJson = "{}", Url = "https://orders.example/" }],
        Booking = new BookingRules { Resources = [new BookingResource { Name = "table", Capacity = 4 }, new BookingResource { Name = "chair", Names = ["Anna"] }] },
    };

    [Theory]
    [InlineData("turns: []\nexpect: {}", "s.yaml:1: a scenario has turns, or a persona whom a model plays")]
    [InlineData("turns:\n  - say: Hi\n", "s.yaml:1: 'expect' is missing")]
    [InlineData("turns:\n  - sing: Hi\nexpect: {}", "s.yaml:4: 'sing' is not known in a step; known are say")]
    [InlineData("turns:\n  - say: Hi\n    press: \"1\"\nexpect: {}", "s.yaml:4: a step has exactly one of")]
    [InlineData("turns:\n  - say: Hi\n    optional: true\n  - press: x\nexpect: {}", "s.yaml:6: keys are 0-9")]
    [InlineData("turns:\n  - silence: true\n    hang_up: true\nexpect: {}", "s.yaml:5: hang_up stands alone or with say")]
    [InlineData("turns:\n  - noise: false\nexpect: {}", "s.yaml:4: noise is true or left out")]
    [InlineData("turns:\n  - say: Hi\n    model:\n      - say: Hi\n        call: x\nexpect: {}", "s.yaml:6: a model does exactly one of say, call, fail")]
    [InlineData("turns:\n  - say: Hi\n    model:\n      - say: Hi\n        with: {}\nexpect: {}", "s.yaml:7: with belongs to call")]
    [InlineData("turns:\n  - say: Hi\n    model:\n      - call: x\n        with: 3\nexpect: {}", "s.yaml:7: with is a mapping")]
    [InlineData("now: tomorrow\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:3: now is a local time like 2026-11-20 12:00")]
    [InlineData("agents: [gpt]\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:3: an agent is rules or llm, not 'gpt'")]
    [InlineData("needs: [luck]\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:3: 'needs' is not known in a scenario")]
    [InlineData("dial: maybe\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:3: dial is one of")]
    [InlineData("turns:\n  - say: Hi\nexpect:\n  rules:\n    luck: true", "s.yaml:7: 'luck' is not known in expect")]
    [InlineData("turns:\n  - say: Hi\nexpect:\n  agent_says: [/(/]", "s.yaml:6: no valid regular expression")]
    [InlineData("turns: [", "s.yaml:")]
    [InlineData("persona: { about: A }\nexpect: {}", "s.yaml:3: 'goal' is missing")]
    [InlineData("before:\n  - { resource: table }\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:4: 'at' is missing")]
    [InlineData("before:\n  - { at: soon }\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:4: a time like 'tomorrow 19:30'")]
    [InlineData("before:\n  - { at: today 19:00, resource: sofa }\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:4: Luigi's has no 'sofa'; it has table, chair, Anna")]
    [InlineData("before:\n  - { at: today 19:00, service: cut }\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:4: Luigi's has no service 'cut'; it has none")]
    [InlineData("before:\n  - { at: today 19:00, count: 0 }\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:4: a whole number from 1 is expected, not '0'")]
    [InlineData("before:\n  - { at: today 19:00, phone: mine }\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:4: a telephone number like")]
    [InlineData("from: withheld\nbefore:\n  - { at: today 19:00, phone: caller }\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:5: the caller's number is withheld")]
    [InlineData("before:\n  - { at: today 19:00, status: held }\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:4: 'status' is not known in a booking")]
    [InlineData("turns:\n  - say: Hi\n    meanwhile:\n      - { at: today }\nexpect: {}", "s.yaml:6: a time like")]
    [InlineData("audio: true\nturns:\n  - say: Hi\n    after_minutes: 2\nexpect: {}", "s.yaml:5: noise, meanwhile and after_minutes are for text mode only")]
    [InlineData("turns:\n  - say: Hi\nexpect:\n  bookings:\n    - { status: lost }", "s.yaml:7: a booking is held, confirmed, expired")]
    [InlineData("turns:\n  - say: Hi\nexpect:\n  bookings_exactly: 2", "s.yaml:6: a list is expected")]
    [InlineData("turns:\n  - say: Hi\nexpect:\n  sentiment: sad", "s.yaml:6: one of positive, neutral, negative, needs_attention is expected")]
    [InlineData("turns:\n  - say: Hi\nexpect:\n  outcome: nice", "s.yaml:6: one of booked, cancelled, message_taken")]
    [InlineData("turns:\n  - say: Hi\nanalysis: {}\nexpect: {}", "s.yaml:5: analysis is the model's, and no model answers here")]
    [InlineData("agents: [llm]\nturns:\n  - say: Hi\nanalysis: { intent: luck }\nexpect: {}", "s.yaml:6: the server would not take this analysis: \"intent\" must be one of")]
    [InlineData("agents: [llm]\nturns:\n  - say: Hi\nanalysis: none\nexpect: {}", "s.yaml:6: analysis is a mapping")]
    [InlineData("fails: { luck: error }\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:3: 'luck' is not known in fails; known are cancel_booking, check_availability")]
    [InlineData("fails: { hold_booking: 500 }\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:3: a tool fails with error or timeout")]
    [InlineData("fails: { order_status: error }\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:3: a service of the business fails with a status from 400 to 599, or timeout")]
    [InlineData("fails: { order_status: 200 }\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:3: a service of the business fails with a status from 400 to 599, or timeout")]
    public void A_mistake_is_told_with_its_line(string rest, string message) =>
        Should.Throw<CallScriptException>(() => Read(rest)).Message.ShouldStartWith(message);

    [Fact]
    public void A_business_that_there_is_not_is_told() =>
        Should.Throw<CallScriptException>(() => ScenarioReader.Read(Head + "turns:\n  - say: Hi\nexpect: {}", "s.yaml", _ => null))
            .Message.ShouldBe("s.yaml:2: there is no tenants/luigis.yaml beside the scenario or above it");

    [Fact]
    public void Tools_fail_as_it_is_said()
    {
        var fails = Read("fails: { hold_booking: error, confirm_booking: timeout, order_status: 503 }\nturns:\n  - say: Hi\nexpect: {}").Fails;

        fails.ShouldBe(
            new Dictionary<string, ToolFault> { ["hold_booking"] = new(), ["confirm_booking"] = new(TimesOut: true), ["order_status"] = new(Status: 503) }, ignoreOrder: true);
    }

    [Fact]
    public void A_scenario_is_for_the_rules_and_with_a_model_also_for_the_other_agent()
    {
        Read("turns:\n  - say: Hi\nexpect: {}").Agents.ShouldBe([AgentKind.Rules]);
        Read("turns:\n  - say: Hi\n    model:\n      - say: Hello\nexpect: {}").Agents.ShouldBe([AgentKind.Rules, AgentKind.Llm]);
        Read("agents: [llm]\nturns:\n  - say: Hi\nexpect: {}").Agents.ShouldBe([AgentKind.Llm]);
        Read("persona: { about: A, goal: B }\nexpect: {}").Agents.ShouldBe([AgentKind.Llm]);
    }

    [Fact]
    public void What_an_agent_is_expected_to_do_stands_over_what_all_are_and_its_phrases_beside_theirs()
    {
        var expect = Read("""
            turns:
              - say: Hi
            expect:
              intent: booking
              agent_says: [hello]
              rules:
                intent: message
                agent_says: [there]
            """).Expect;

        expect[AgentKind.Rules].Call.Intent.ShouldBe("message");
        expect[AgentKind.Rules].Call.AgentSays.ShouldBe(["hello", "there"]);
        expect[AgentKind.Llm].Call.Intent.ShouldBe("booking");
        expect[AgentKind.Llm].Call.AgentSays.ShouldBe(["hello"]);
    }

    [Fact]
    public void Arguments_keep_their_types()
    {
        var action = Read("""
            turns:
              - say: Hi
                model:
                  - call: book
                    with: { guests: 4, sure: true, name: Ann, number: "212", more: [1, a], none: null }
            expect: {}
            """).Steps[0].Model![0];

        action.Arguments!.ToJsonString().ShouldBe("""{"guests":4,"sure":true,"name":"Ann","number":"212","more":[1,"a"],"none":null}""");
    }

    [Fact]
    public void All_mistakes_of_a_folder_are_told_at_once()
    {
        var folder = Directory.CreateTempSubdirectory("parley-eval-test-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "a.yaml"), "name: A");
            File.WriteAllText(Path.Combine(folder.FullName, "b.yaml"), "- no mapping");
            var message = Should.Throw<CallScriptException>(() => ScenarioReader.ReadAll(folder.FullName)).Message;
            message.ShouldContain("a.yaml:1:");
            message.ShouldContain("b.yaml:1:");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Resources_are_for_businesses_that_have_some() =>
        Should.Throw<CallScriptException>(() => ScenarioReader.Read(
                Head + "before:\n  - { at: today 19:00 }\nturns:\n  - say: Hi\nexpect: {}", "s.yaml", _ => new Business(Luigis with { Booking = null })))
            .Message.ShouldBe("s.yaml:4: Luigi's has no resources that can be booked");

    [Fact]
    public void A_persona_may_have_turns_for_when_no_model_plays_it()
    {
        var scenario = Read("persona: { about: A, goal: B }\nturns:\n  - say: Hi\n    model:\n      - say: Hello\nexpect: {}");
        scenario.Persona.ShouldBe(new Persona("A", "B"));
        scenario.Steps.Single().Text.ShouldBe("Hi");
        scenario.Agents.ShouldBe([AgentKind.Rules, AgentKind.Llm]);
    }

    private static Scenario Read(string rest) => ScenarioReader.Read(Head + rest, "s.yaml", _ => new Business(Luigis));
}
