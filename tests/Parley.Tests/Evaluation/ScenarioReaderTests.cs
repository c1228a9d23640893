using NodaTime;
using Parley.Calling;
using Parley.Conversation.Tenants;
using Parley.Evaluation;

namespace Parley.Tests.Evaluation;

public sealed class ScenarioReaderTests
{
    private const string Head = "name: A test\ntenant: luigis\n";

    private static readonly Tenant Luigis = new()
    {
        Id = Guid.Empty, Slug = "luigis", Name = "Luigi's", Kind = BusinessKind.Restaurant, TimeZone = DateTimeZone.Utc, Greeting = "Hello.",
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
    [InlineData("needs: [luck]\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:3: needs names")]
    [InlineData("dial: maybe\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:3: dial is one of")]
    [InlineData("turns:\n  - say: Hi\nexpect:\n  rules:\n    luck: true", "s.yaml:7: 'luck' is not known in expect")]
    [InlineData("turns:\n  - say: Hi\nexpect:\n  agent_says: [/(/]", "s.yaml:6: no valid regular expression")]
    [InlineData("turns: [", "s.yaml:")]
    [InlineData("persona: { about: A, goal: B }\nturns:\n  - say: Hi\nexpect: {}", "s.yaml:3: a scenario has turns or a persona, not both")]
    public void A_mistake_is_told_with_its_line(string rest, string message) =>
        Should.Throw<CallScriptException>(() => Read(rest)).Message.ShouldStartWith(message);

    [Fact]
    public void A_business_that_there_is_not_is_told() =>
        Should.Throw<CallScriptException>(() => ScenarioReader.Read(Head + "turns:\n  - say: Hi\nexpect: {}", "s.yaml", _ => null))
            .Message.ShouldBe("s.yaml:2: there is no tenants/luigis.yaml beside the scenario or above it");

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

    private static Scenario Read(string rest) => ScenarioReader.Read(Head + rest, "s.yaml", _ => Luigis);
}
