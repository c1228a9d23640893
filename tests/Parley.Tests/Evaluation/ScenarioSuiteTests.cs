using Parley.Evaluation;

namespace Parley.Tests.Evaluation;

/// <summary>Every scenario of the repository with each agent it is for, through the real loop, tools and database.</summary>
public sealed class ScenarioSuiteTests(EvalFixture fixture) : IClassFixture<EvalFixture>
{
    public static TheoryData<string, string> Runs
    {
        get
        {
            var runs = new TheoryData<string, string>();
            foreach (var scenario in EvalFixture.Scenarios)
            {
                foreach (var kind in scenario.Agents)
                    runs.Add(scenario.File, kind.ToString());
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task A_scenario_comes_to_what_it_expects(string file, string agent)
    {
        var scenario = EvalFixture.Scenarios.Single(s => s.File == file);

        var run = await new ScenarioRunner(fixture.Server, audio: false).RunAsync(scenario, Enum.Parse<AgentKind>(agent), TestContext.Current.CancellationToken);

        Assert.SkipWhen(run.Result == RunResult.Skipped, string.Join("; ", run.Reasons));
        run.Reasons.ShouldBeEmpty(string.Join('\n', (run.Call?.Turns ?? []).Select(t => $"{t.Speaker}: {t.HeardText}")));
        run.Result.ShouldBe(RunResult.Passed);
    }

    [Fact]
    public void There_are_at_least_forty_scenarios_for_each_agent_over_five_businesses()
    {
        foreach (var kind in Enum.GetValues<AgentKind>())
        {
            var ready = EvalFixture.Scenarios.Where(s => s.Agents.Contains(kind) && s.Steps.Count > 0).ToList();
            ready.Count.ShouldBeGreaterThanOrEqualTo(40);
            ready.Select(s => s.Tenant.Kind).Distinct().Count().ShouldBe(5);
        }
    }
}
