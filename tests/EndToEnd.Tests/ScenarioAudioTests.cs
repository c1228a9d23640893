using Parley.Evaluation;

namespace Parley.EndToEnd.Tests;

/// <summary>A sample of the scenarios over real audio: the caller's lines spoken by the embedded voice, and heard by the embedded recogniser.</summary>
public sealed class ScenarioAudioTests
{
    [Fact]
    public async Task A_sample_of_the_scenarios_comes_to_the_same_over_audio()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var scenarios = ScenarioReader.ReadAll(Path.Combine(Repository.Root, "samples", "scenarios")).Where(s => s.Audio).ToList();
        scenarios.Count.ShouldBeGreaterThanOrEqualTo(3);
        await using var server = await EvalServer.StartAsync(null, audio: true, cancellation);
        var runner = new ScenarioRunner(server, audio: true);

        // A booking with a model, a caller whom the rules put through, one who cancels, and one who asks for a size; what the rules book over audio is in the sample calls.
        (string File, AgentKind Agent)[] wanted =
        [
            ("restaurant/table-straight.yaml", AgentKind.Llm), ("restaurant/person-at-once.yaml", AgentKind.Rules),
            ("restaurant/cancel-existing.yaml", AgentKind.Rules), ("shop/size-in-stock.yaml", AgentKind.Rules),
        ];
        foreach (var (file, agent) in wanted)
        {
            var run = await runner.RunAsync(scenarios.Single(s => s.File.Replace('\\', '/') == file), agent, cancellation);
            run.Reasons.ShouldBeEmpty($"{file} with {agent}:\n" + string.Join('\n', (run.Call?.Turns ?? []).Select(t => $"{t.Speaker}: {t.HeardText}")));
            run.Result.ShouldBe(RunResult.Passed);
        }
    }
}
