using Parley.Evaluation;
using Parley.Persistence.Tenants;
using Parley.Providers.Server.OpenAi;

namespace Parley.Tests.Evaluation;

/// <summary>What the runner says of scenarios that do not come to what they expect.</summary>
public sealed class ScenarioRunnerTests(EvalFixture fixture) : IClassFixture<EvalFixture>
{
    private const string Salon = "tenants/harbor-dental.yaml";

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
    public async Task A_scenario_that_needs_what_is_not_there_is_skipped()
    {
        var missing = Features.All.First(f => !Features.Built.Contains(f));
        var run = await RunAsync(AgentKind.Rules, $"""
            needs: [{missing}]
            turns:
              - say: Goodbye.
            expect:
              lead: true
            """);

        run.Result.ShouldBe(RunResult.Skipped);
        run.Reasons.ShouldBe([$"needs {missing}"]);
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

    [Fact]
    public async Task A_model_plays_the_persona_until_it_hangs_up()
    {
        await using var provider = await OpenAiServer.StartAsync();
        await using var server = await EvalServer.StartAsync(
            new EvalModel(provider.BaseAddress, "gpt-4o-mini", provider.Key), audio: false, TestContext.Current.CancellationToken);
        provider.Chats.Enqueue(new ChatScript().Say("\"What does a cleaning cost?\""));
        provider.Chats.Enqueue(new ChatScript().Say("The cleaning is one hundred twenty dollars."));
        provider.Chats.Enqueue(new ChatScript().Say("Thanks, goodbye. HANG UP"));
        provider.Chats.Enqueue(new ChatScript().Say("You're welcome."));

        var run = await RunAsync(AgentKind.Llm, """
            persona:
              about: Daniel, in a hurry.
              goal: Find out what a cleaning costs.
            expect:
              agent_says: [one hundred twenty dollars]
              end_reason: caller_hung_up
              lead: false
            """, server);

        run.Reasons.ShouldBeEmpty();
        run.Call!.Turns.Select(t => t.HeardText).ShouldBe(
        [
            "Harbor Dental, good day. How can I help you?", "What does a cleaning cost?", "The cleaning is one hundred twenty dollars.", "Thanks, goodbye.", "You're welcome.",
        ]);
        provider.Requests.First().Body!.ToString().ShouldContain("Find out what a cleaning costs.");
    }

    private async Task<ScenarioRun> RunAsync(AgentKind kind, string scenario, EvalServer? server = null)
    {
        var read = ScenarioReader.Read(
            "name: A test\ntenant: any\n" + scenario, "test.yaml",
            _ => TenantFile.Parse(File.ReadAllText(Path.Combine(EvalFixture.Folder, Salon)), Salon));
        return await new ScenarioRunner(server ?? fixture.Server, audio: false).RunAsync(read, kind, TestContext.Current.CancellationToken);
    }
}
