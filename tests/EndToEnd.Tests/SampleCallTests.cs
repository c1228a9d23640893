using System.Globalization;
using Parley.Calling;
using Parley.Conversation.Agents;

namespace Parley.EndToEnd.Tests;

/// <summary>The recorded callers of <c>samples/audio</c>, over real audio, recognition, synthesis and a real database.</summary>
public sealed class SampleCallTests(SampleCalls calls)
{
    /// <summary>So long a silence makes callers say "hello?".</summary>
    private const int DeadAirMs = 3_000;

    public static TheoryData<string> Scripts => [.. SampleCalls.Names];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task A_sample_call_comes_to_what_its_script_expects(string script)
    {
        var report = await calls[script];
        report.Expectations.Where(e => !e.Met).Select(e => $"{e.Name}: expected {e.Expected}, got {e.Actual}")
            .ShouldBeEmpty(Transcript(report));
        report.Outcome.Violations.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Nobody_waits_long_for_an_answer(string script)
    {
        var report = await calls[script];
        report.Latencies.Count.ShouldBeGreaterThan(1);
        report.Latencies.ShouldAllBe(turn => turn.ReceivedMs <= DeadAirMs, Transcript(report));
    }

    [Fact]
    public void Every_sample_script_is_played() => Directory.GetFiles(Repository.Audio, "*.yaml").Select(Path.GetFileNameWithoutExtension)
        .Where(name => name is not ("manifest" or "load")).ShouldBe(SampleCalls.Names, ignoreOrder: true);

    [Fact]
    public async Task The_time_answers_took_is_told()
    {
        var all = new List<int>();
        foreach (var name in SampleCalls.Names)
        {
            var turns = (await calls[name]).Latencies.Where(l => l.Caller is not null).Select(l => l.ReceivedMs).Order().ToList();
            all.AddRange(turns);
            Print(name, turns);
        }

        all.Sort();
        Print("all", all);
        all.Count.ShouldBeGreaterThan(SampleCalls.Names.Length);
    }

    private static void Print(string name, List<int> sorted)
    {
        if (sorted.Count > 0)
            TestContext.Current.SendDiagnosticMessage("{0}", string.Create(CultureInfo.InvariantCulture,
                $"{name,-12} {sorted.Count,2} answers, median {sorted[sorted.Count / 2]} ms, worst {sorted[^1]} ms"));
    }

    private static string Transcript(CallReport report) => string.Join('\n', (report.Result?.Turns ?? []).Select(turn =>
        turn.Speaker == Speaker.Caller ? "heard: " + turn.GeneratedText : "agent: " + turn.HeardText));
}
