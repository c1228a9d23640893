using System.Globalization;
using Parley.Conversation.Agents;
using Parley.Conversation.Capture;
using Parley.Conversation.Pipeline;

namespace Parley.Conversation.Replay;

/// <summary>
/// Events and outputs as text, a line each: milliseconds, <c>&lt;</c> for what came in and <c>&gt;</c> for what the loop gave out, kind, detail.
/// </summary>
internal static class ReplayLog
{
    public static string Line(long atMs, CapturedEvent e) => Line(atMs, '<', Name(e.Kind), Detail(e));

    public static string Line(CallOutput output) => Line(output.AtMs, '>', Name(output.Kind), Detail(output));

    /// <summary>What an output is, without its moment.</summary>
    public static string Describe(CallOutput output) => $"{Name(output.Kind)} {Detail(output)}".TrimEnd();

    /// <summary>What an agent gave out, without the words, which are compared as one.</summary>
    public static string Describe(AgentEvent output) => output switch
    {
        AgentEvent.Say say => $"say: {say.Text}",
        AgentEvent.Expect expect => Text($"expect {expect.Expectation.Kind} {expect.Expectation.Digits}"),
        AgentEvent.Remember remember => $"remember {remember.State.ToJson()}",
        AgentEvent.EndCall => "end call",
        AgentEvent.TransferCall transfer => $"transfer to {transfer.Department.Name}",
        AgentEvent.Escalate escalate => $"escalate: {escalate.Reason}",
        AgentEvent.Decided decided => $"decided {decided.Decision.ToJsonString()}",
        _ => output.GetType().Name,
    };

    private static string Line(long atMs, char direction, string kind, string detail) =>
        Text($"{atMs,8} {direction} {kind,-13} {detail}").TrimEnd();

    private static string Detail(CapturedEvent e) => e.Kind switch
    {
        CallEventKind.Audio => Text($"{e.Audio.Length} bytes at {e.TimestampMs}"),
        CallEventKind.Key => ((char)e.Number).ToString(),
        CallEventKind.Mark => e.Text ?? "",
        CallEventKind.Transcript => e.Error is null ? Text($"{e.Number} {e.Text}{(e.EndOfSpeech ? " (done)" : "")}") : Text($"{e.Number} failed: {e.Error}"),
        CallEventKind.AgentOutput => Text($"#{e.Subject} {Describe(e.Output!)}"),
        CallEventKind.ClauseAdded => Text($"#{e.Reply} clause {e.Subject}: {e.Text}"),
        CallEventKind.ClauseChunk => Text($"clause {e.Subject}: {e.Audio.Length} bytes, {e.Words?.Length ?? 0} words"),
        CallEventKind.ClauseDone => Text($"clause {e.Subject}: {e.Number} characters"),
        CallEventKind.ReplyDone => Text($"#{e.Subject} {e.Error}"),
        CallEventKind.End => ((CallEndReason)e.Number).ToString(),
        _ => "",
    };

    private static string Detail(CallOutput output) => output.Kind switch
    {
        CallOutputKind.Media => Text($"{output.Number} bytes {output.Text}"),
        CallOutputKind.Ask or CallOutputKind.Speak or CallOutputKind.Hold => Text($"#{output.Number} {output.Text}"),
        CallOutputKind.RequestText => Text($"{output.Number}"),
        CallOutputKind.EndTurn => Text($"by rule {output.Text} after {output.Number} ms"),
        _ => output.Text,
    };

    private static string Name(Enum kind) => kind.ToString().ToLowerInvariant();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture).ReplaceLineEndings(" ");
}
