using System.Text.Json.Nodes;
using Parley.Commands;
using Spectre.Console;

namespace Parley.Tests.Evaluation;

public sealed class EvalCommandTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("parley-eval-test-");
    private readonly StringWriter output = new();

    public void Dispose()
    {
        folder.Delete(recursive: true);
        output.Dispose();
    }

    [Fact]
    public async Task What_passes_and_what_fails_is_printed_and_written_and_a_failure_ends_with_1()
    {
        var tenants = Directory.CreateDirectory(Path.Combine(folder.FullName, "tenants")).FullName;
        File.Copy(Path.Combine(EvalFixture.Folder, "tenants", "harbor-dental.yaml"), Path.Combine(tenants, "harbor-dental.yaml"));
        Write("good.yaml", "name: Good\ntenant: harbor-dental\nturns:\n  - say: Goodbye.\nexpect:\n  end_reason: agent_ended\n");
        Write("bad.yaml", "name: Bad\ntenant: harbor-dental\nturns:\n  - say: Are you open on Sunday?\nexpect:\n  agent_says: [pizza]\n");
        Write("later.yaml", "name: Later\ntenant: harbor-dental\npersona: { about: Daniel, goal: A cleaning. }\nexpect: {}\n");
        var json = Path.Combine(folder.FullName, "report.json");

        (await RunAsync(folder.FullName, "--json", json)).ShouldBe(1);

        var printed = output.ToString();
        printed.ShouldContain("ok    good");
        printed.ShouldContain("FAIL  bad");
        printed.ShouldContain("agent_says: expected pizza, got not said");
        printed.ShouldContain("caller  Are you open on Sunday?");
        printed.ShouldContain("skip  later  llm    needs a real model to play the caller");
        printed.ShouldContain("1 passed, 1 failed, 1 skipped");
        var report = JsonNode.Parse(await File.ReadAllTextAsync(json, TestContext.Current.CancellationToken))!;
        ((int)report["failed"]!).ShouldBe(1);
        ((string)report["runs"]![0]!["result"]!).ShouldBe("failed");
        report["runs"]![0]!["call"]!["turns"]!.AsArray().Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_filter_chooses_and_what_passes_ends_with_0() =>
        (await RunAsync(EvalFixture.Folder, "--filter", "clinic/insurance", "--agent", "llm")).ShouldBe(0);

    [Theory]
    [InlineData("--filter", "nothing like this")]
    [InlineData("--base-url", "http://127.0.0.1:1")]
    [InlineData("--base-url", "nowhere", "--model", "x")]
    [InlineData("--json", "no such folder/report.json")]
    public async Task What_cannot_be_run_ends_with_2(params string[] arguments) =>
        (await RunAsync([EvalFixture.Folder, .. arguments])).ShouldBe(2);

    [Fact]
    public async Task What_is_stopped_ends_with_130()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        (await RunAsync(stopped.Token, EvalFixture.Folder)).ShouldBe(130);
    }

    [Fact]
    public async Task A_model_that_cannot_be_reached_fails_what_needs_it_and_says_so()
    {
        (await RunAsync(EvalFixture.Folder, "--filter", "careful-guest", "--agent", "llm", "--base-url", "http://127.0.0.1:1/v1", "--model", "x")).ShouldBe(1);
        output.ToString().ShouldContain("the model at --base-url did not answer");
    }

    [Fact]
    public async Task A_mistake_in_a_scenario_ends_with_2()
    {
        Write("wrong.yaml", "name: Wrong\n");
        (await RunAsync(folder.FullName)).ShouldBe(2);
        (await RunAsync(Path.Combine(folder.FullName, "absent"))).ShouldBe(2);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder.FullName, name), text);

    private Task<int> RunAsync(params string[] arguments) => RunAsync(TestContext.Current.CancellationToken, arguments);

    private Task<int> RunAsync(CancellationToken cancellationToken, params string[] arguments) => EvalCommand
        .Create(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), ColorSystem = ColorSystemSupport.NoColors }))
        .Parse(arguments).InvokeAsync(cancellationToken: cancellationToken);
}
