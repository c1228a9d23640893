using System.Text;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Capture;
using Parley.Conversation.Escalations;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Replay;
using Parley.Conversation.Tests.Capture;
using Parley.Conversation.Tests.Native;
using Parley.Conversation.Vad;
using Parley.Tests.Common;

namespace Parley.Conversation.Tests.Replay;

/// <summary>Real calls of the sample callers, captured from a running server (<c>tests/captures</c>): each goes again as it went.</summary>
public sealed class CapturedCallsTests
{
    private static readonly string Folder = RepositoryFiles.PathTo("tests", "captures");

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Folder, "*" + CallCaptures.Extension).Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void There_are_ten_and_more() => Files.Count.ShouldBeGreaterThanOrEqualTo(10);

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_captured_call_goes_again_twice_as_it_went(string name)
    {
        var detectors = new SileroVadFactory(TestSpeech.Assets);
        var parts = CapturedRig.Parts() with { VoiceActivity = detectors };
        await using var stream = File.OpenRead(Path.Combine(Folder, name + CallCaptures.Extension));
        var call = CapturedCall.Read(stream);

        var (first, firstLog) = await CallReplayTests.ReplayAsync(call, parts: parts);
        var (second, secondLog) = await CallReplayTests.ReplayAsync(call, parts: parts);

        call.IsTruncated.ShouldBeFalse();
        first.Differences.ShouldBeEmpty();
        second.Differences.ShouldBeEmpty();
        first.Turns.ShouldBeGreaterThan(1);
        Encoding.UTF8.GetBytes(secondLog).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(firstLog)).ShouldBeTrue();
    }

    /// <summary>The agent's wording may change; then these captures are to be made anew (docs/replay.md).</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public async Task The_present_agent_still_answers_as_it_did(string name)
    {
        var detectors = new SileroVadFactory(TestSpeech.Assets);
        await using var stream = File.OpenRead(Path.Combine(Folder, name + CallCaptures.Extension));

        var (report, _) = await CallReplayTests.ReplayAsync(
            CapturedCall.Read(stream), parts: CapturedRig.Parts(new EscalatingAgent(new RuleAgent())) with { VoiceActivity = detectors });

        report.Differences.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("transfer", CallEndReason.Transferred, (int)CallOutputKind.CallEnd)]
    [InlineData("interrupt", CallEndReason.AgentEnded, (int)CallOutputKind.Clear)]
    [InlineData("hang-up", CallEndReason.CallerHungUp, (int)CallOutputKind.Clear)]
    [InlineData("keypad", CallEndReason.AgentEnded, (int)CallOutputKind.Turn)]
    [InlineData("holding-phrase", CallEndReason.AgentEnded, (int)CallOutputKind.Hold)]
    [InlineData("line-lost", CallEndReason.TransportLost, (int)CallOutputKind.Close)]
    [InlineData("line-resumed", CallEndReason.AgentEnded, (int)CallOutputKind.Turn)]
    public async Task The_captures_hold_what_their_names_say(string name, CallEndReason end, int gave)
    {
        var detectors = new SileroVadFactory(TestSpeech.Assets);
        await using var stream = File.OpenRead(Path.Combine(Folder, name + CallCaptures.Extension));
        var call = CapturedCall.Read(stream);

        var (report, _) = await CallReplayTests.ReplayAsync(call, parts: CapturedRig.Parts() with { VoiceActivity = detectors });

        report.End.ShouldBe(end.ToString());
        call.Steps.SelectMany(s => s.Outputs).ShouldContain(o => o.Kind == (CallOutputKind)gave);
        (call.Head.Resume is not null).ShouldBe(name == "line-resumed");
        call.Steps.Exists(s => s.Event is { Kind: CallEventKind.Key }).ShouldBe(name == "keypad");
    }
}
