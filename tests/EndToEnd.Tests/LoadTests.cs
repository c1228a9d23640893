using Microsoft.Extensions.Options;
using Parley.Calling;
using Parley.Conversation.Native;
using Parley.Conversation.Vad;
using Parley.Loading;

namespace Parley.EndToEnd.Tests;

/// <summary>A small load test of a real server with stub providers. What it counts is right or wrong; how fast it was is not asked here.</summary>
public sealed class LoadTests
{
    [Fact]
    public async Task Five_callers_are_answered_and_interrupt_without_a_stale_frame()
    {
        await using var server = await Server.StartAsync(("Providers", "stub"));
        var detectors = new SileroVadFactory(new SpeechAssets(Options.Create(new SpeechOptions())));
        using var detector = detectors.Create();
        var script = LoadScript.Of(Repository.Script("load"), detector);
        var options = new LoadOptions
        {
            Server = server.Address,
            Calls = [5],
            Length = TimeSpan.FromSeconds(16),
            Settle = TimeSpan.Zero,
        };

        var report = await new LoadRunner(options, script, "load", server.Http, TimeProvider.System, _ => { })
            .RunAsync(TestContext.Current.CancellationToken);

        report.Errors.ShouldBeEmpty();
        var step = report.Steps.Single();
        step.Live.ShouldBe(5);
        (step.Refused, step.Dropped, step.Invalid, step.Unanswered).ShouldBe((0, 0, 0, 0));
        step.Turns.ShouldBeGreaterThanOrEqualTo(4);
        step.Interruptions.ShouldBeGreaterThanOrEqualTo(1);
        step.StaleFrames.ShouldBe(0);
        step.FramesSent.ShouldBeGreaterThan(5 * 16 * 40);
        step.Stats!.FrameToRecogniser.Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Real_callers_of_a_server_with_other_providers_get_no_load_statistics()
    {
        await using var server = await Server.StartAsync();

        using var answer = await server.Http.PostAsync("/load/stats", null);

        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_provider_that_there_is_not_is_refused() =>
        (await Should.ThrowAsync<InvalidDataException>(() => Server.StartAsync(("Providers", "strub")))).Message.ShouldContain("strub");
}
