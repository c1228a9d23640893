using Parley.Evaluation;
using Parley.Persistence.Tenants;

namespace Parley.Tests.Evaluation;

/// <summary>What the runner says of scenarios that do not come to what they expect.</summary>
public sealed class ScenarioRunnerTests(EvalFixture fixture) : IClassFixture<EvalFixture>
{
    private const string Clinic = "tenants/harbor-dental.yaml";
    private const string Barber = "../tenants/fade-factory.yaml";

    [Fact]
    public async Task Every_expectation_that_is_not_met_is_a_reason()
    {
        var run = await RunAsync(AgentKind.Rules, """
            turns:
              - say: How much is a cleaning?
              - say: Thank you, goodbye.
            expect:
              intent: booking
              lead: true
              phone: "+14155550123"
              note: [anything]
              messages: [recap]
              agent_says: [forty dollars]
              agent_never_says: [one hundred twenty dollars]
              end_reason: caller_hung_up
              most_turns: 1
              tools: [hold_booking]
            """);

        run.Result.ShouldBe(RunResult.Failed);
        run.Reasons.Select(r => r.Split(':')[0]).ShouldBe(
            ["intent", "end_reason", "messages", "agent_says", "agent_never_says", "lead", "phone", "note", "tools", "most_turns"]);
        run.Call!.Turns.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_call_that_ends_before_the_caller_has_said_all_fails()
    {
        var run = await RunAsync(AgentKind.Rules, """
            turns:
              - say: That's all, goodbye.
              - say: And another thing.
            expect:
              end_reason: agent_ended
            """);

        run.Reasons.ShouldBe(["the call ended before the step in line 5"]);
    }

    [Fact]
    public async Task A_tool_that_must_not_be_called_is_a_reason()
    {
        var run = await RunAsync(AgentKind.Llm, """
            turns:
              - say: Goodbye.
                model:
                  - say: Goodbye!
                  - call: end_call
            expect:
              tools_never: [end_call]
            """);

        run.Reasons.ShouldBe(["tools_never: expected end_call, got end_call"]);
    }

    [Fact]
    public async Task A_model_that_is_asked_what_the_scenario_does_not_say_fails()
    {
        var run = await RunAsync(AgentKind.Llm, """
            agents: [llm]
            turns:
              - say: Goodbye.
              - say: Hello?
                optional: true
                model:
                  - call: take_message
                    with: { text: Hello }
            expect:
              lead: false
            """);

        run.Reasons.ShouldContain("the model is asked about the step in line 5, and the scenario does not say what it does");
    }

    [Fact]
    public async Task Bookings_that_are_not_as_expected_are_reasons()
    {
        var run = await RunAsync(AgentKind.Rules, """
            before:
              - { at: tomorrow 11:00, resource: Tony, service: haircut, name: Ann }
            turns:
              - say: That's all, goodbye.
            expect:
              bookings:
                - { status: confirmed, at: tomorrow 11:00, resource: chair, name: ann }
                - { status: confirmed, at: tomorrow 12:00 }
                - { count: 2 }
              bookings_exactly: []
            """, tenant: Barber);

        run.Reasons.Count.ShouldBe(3);
        run.Reasons[0].ShouldBe(
            "bookings: expected Confirmed, tomorrow 12:00, got confirmed chair Tony, 2026-11-21 11:00, until 2026-11-21 11:45, for 1, haircut, Ann, +14155559900");
        run.Reasons[1].ShouldStartWith("bookings: expected count 2, got 1: confirmed chair Tony");
        run.Reasons[2].ShouldStartWith("bookings_exactly: expected none, got confirmed chair Tony");
    }

    [Fact]
    public async Task What_others_cannot_book_is_told_with_its_line()
    {
        var run = await RunAsync(AgentKind.Rules, """
            before:
              - { at: tomorrow 11:00, service: haircut, count: 3 }
              - { at: tomorrow 11:15, service: beard trim }
            turns:
              - say: Goodbye.
            expect: {}
            """, tenant: Barber);

        run.Reasons.ShouldBe(["test.yaml:5: this cannot be booked at 2026-11-21 11:15 (Taken)"]);
    }

    [Fact]
    public async Task An_analysis_that_is_not_as_expected_is_a_reason()
    {
        var run = await RunAsync(AgentKind.Llm, """
            turns:
              - say: How much is a cleaning?
                model:
                  - say: The cleaning is one hundred twenty dollars.
              - hang_up: true
            analysis: { intent: question, sentiment: positive, summary: Asked for a price., successful: true }
            expect:
              sentiment: negative
              outcome: booked
              success: false
              summary: apple
            """);

        run.Reasons.Select(r => r.Split(':')[0]).ShouldBe(["sentiment", "outcome", "success", "summary"]);
        run.Reasons[3].ShouldStartWith("summary: expected apple, got Asked for a price. (by ");
        run.Reasons[3].ShouldNotContain("by rules");
    }

    [Fact]
    public async Task A_persona_without_a_model_is_skipped()
    {
        var run = await RunAsync(AgentKind.Llm, """
            persona:
              about: Daniel, in a hurry.
              goal: Find out what a cleaning costs.
            expect:
              lead: false
            """);

        run.Result.ShouldBe(RunResult.Skipped);
    }

    private async Task<ScenarioRun> RunAsync(AgentKind kind, string scenario, string tenant = Clinic)
    {
        var read = ScenarioReader.Read(
            "name: A test\ntenant: any\n" + scenario, "test.yaml",
            _ => new Business(TenantFile.Parse(File.ReadAllText(Path.Combine(EvalFixture.Folder, tenant)), tenant)));
        return await new ScenarioRunner(fixture.Server, audio: false).RunAsync(read, kind, TestContext.Current.CancellationToken);
    }
}
