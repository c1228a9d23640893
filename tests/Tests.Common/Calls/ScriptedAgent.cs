using System.Runtime.CompilerServices;
using Parley.Conversation.Agents;

namespace Parley.Tests.Common.Calls;

/// <summary>An agent that answers by a function of the test, and counts in its state the turns it has taken.</summary>
public sealed class ScriptedAgent(TimeProvider clock) : ICallAgent
{
    /// <summary>The state: a number, so that a lost or doubled turn shows.</summary>
    public sealed record Memory(int Turns) : AgentState
    {
        public override string ToJson() => Turns.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    public string Name => "scripted";

    /// <summary>What to answer; the default greets and repeats what was said.</summary>
    public Func<AgentRequest, IEnumerable<AgentEvent>> Answer { get; set; } = Echo;

    /// <summary>Thinking time before the first event.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>When set, every answer fails with it.</summary>
    public Exception? FailWith { get; set; }

    /// <summary>Never comes to the end of an answer.</summary>
    public bool HangAfterAnswer { get; set; }

    /// <summary>What it knows of the caller's wish from its first answer on.</summary>
    public CallFacts Facts { get; set; } = CallFacts.None;

    /// <summary>Every request that was made, speculative ones included.</summary>
    public List<AgentRequest> Requests { get; } = [];

    public async IAsyncEnumerable<AgentEvent> RespondAsync(
        AgentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        lock (Requests)
            Requests.Add(request);
        if (Delay > TimeSpan.Zero)
            await Task.Delay(Delay, clock, cancellationToken);
        if (FailWith is not null)
            throw FailWith;

        foreach (var output in Answer(request))
            yield return output;
        if (HangAfterAnswer)
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
        var turns = (request.State as Memory)?.Turns ?? 0;
        yield return new AgentEvent.Remember(new Memory(turns + 1) { Facts = request.State?.Facts ?? Facts });
    }

    public AgentState? RestoreState(string json) => int.TryParse(json, out var turns) ? new Memory(turns) : null;

    private static IEnumerable<AgentEvent> Echo(AgentRequest request) =>
    [
        request.Trigger switch
        {
            AgentTrigger.CallStarted => new AgentEvent.Say("Hello there."),
            AgentTrigger.CallerSaid said => new AgentEvent.Say($"You said {said.Text.TrimEnd('.')}."),
            AgentTrigger.CallerPressed pressed => new AgentEvent.Say($"You pressed {pressed.Digits}."),
            AgentTrigger.CallerSilent silent => new AgentEvent.Say($"Still there {silent.Times}?"),
            AgentTrigger.NotUnderstood => new AgentEvent.Say("Pardon?"),
            AgentTrigger.CallResumed => new AgentEvent.Say("Here we are again."),
            _ => new AgentEvent.Say("Goodbye now."),
        },
    ];
}
