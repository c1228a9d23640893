using Parley.Conversation.Agents;
using Parley.Conversation.Capture;
using Parley.Conversation.Pipeline;

namespace Parley.Conversation.Replay;

/// <summary>
/// Asks an agent everything that the captured agent was asked, and compares the answers. Each request carries the captured state and history, so
/// that one different answer does not make all later ones different.
/// </summary>
internal static class AgentComparison
{
    public static async Task<List<ReplayDifference>> CompareAsync(
        CapturedCall call, CapturedReplies replies, ICallAgent agent, CancellationToken cancellationToken)
    {
        var differences = new List<ReplayDifference>();
        var asked = call.Steps.SelectMany(s => s.Outputs).Where(o => o.Kind == CallOutputKind.Ask);
        foreach (var ask in asked)
        {
            if (!replies.Requests.TryGetValue((int)ask.Number, out var request))
                continue;

            var captured = call.Steps
                .Where(s => s.Event is { Kind: CallEventKind.AgentOutput } e && e.Subject == ask.Number)
                .Select(s => s.Event!.Output!).ToList();
            var state = request.State is CapturedState old ? agent.RestoreState(old.Json) : null;
            var now = new List<AgentEvent>();
            await foreach (var output in agent.RespondAsync(request with { State = state }, cancellationToken))
                now.Add(output);

            // An agent that nobody listens to any more is stopped in the middle.
            if (!replies.Complete.Contains((int)ask.Number))
                now = [.. now.Take(captured.Count)];
            Compare(ask, captured, now, differences);
        }

        return differences;
    }

    private static void Compare(CallOutput ask, List<AgentEvent> captured, List<AgentEvent> now, List<ReplayDifference> differences)
    {
        var what = $"reply to '{ask.Text}'";
        if (Words(captured) != Words(now))
            differences.Add(new ReplayDifference(ask.AtMs, what, Words(captured), Words(now)));
        if (Rest(captured) != Rest(now))
            differences.Add(new ReplayDifference(ask.AtMs, what, Rest(captured), Rest(now)));
    }

    private static string Words(List<AgentEvent> outputs) => string.Concat(outputs.OfType<AgentEvent.Say>().Select(s => s.Text));

    private static string Rest(List<AgentEvent> outputs) => string.Join("; ", outputs.Where(o => o is not AgentEvent.Say).Select(ReplayLog.Describe));
}
