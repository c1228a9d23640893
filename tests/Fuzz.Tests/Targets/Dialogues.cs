using System.Text;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Frames;

namespace Parley.Fuzz.Tests.Targets;

/// <summary>What callers say, or what a recogniser makes of it: one line a turn.</summary>
internal sealed class Dialogues : FuzzTarget
{
    private static readonly string[] Lines =
    [
        "I'd like to book a table for four tomorrow at half past seven.", "Daniel Carter", "yes", "no, make that five people", "four one five, five five five, oh one double two",
        "What are your opening hours on Christmas Eve?", "next Friday at noon", "how much is the tiramisu?", "can I speak to the manager please", "take a message",
        "the day after tomorrow, no wait, the 31st of February at 25:99", "2026-02-30", "D-A-N-I-E-L", "my number is +44 20 7946 0958", "goodbye", "uh", "?", "...",
        "twelve thousand million people", "at quarter to quarter past", "Monday Tuesday Wednesday the first second third", "",
    ];

    private static readonly DateTimeOffset Now = new(2026, 11, 21, 15, 0, 0, TimeSpan.Zero);

    private readonly RuleAgent agent = new();
    private readonly CallContext call = new(Guid.Empty, "CA1", Samples.Restaurant, "+14155550100", "+14155550199", CallDirection.Inbound);

    public override int Share => 15;

    // Up to six turns, each of which keeps what was said.
    public override (long Fixed, long PerByte) Allowance => (4 * 1024 * 1024, 4000);

    public override byte[] Make(Random random)
    {
        var lines = string.Join('\n', Enumerable.Range(0, random.Next(1, 7)).Select(_ => Lines[random.Next(Lines.Length)]));
        var spoken = MaybeSpoil(random, Encoding.UTF8.GetBytes(lines));
        return spoken.Length <= 4096 ? spoken : spoken[..4096];
    }

    public override void Run(byte[] input, Random random)
    {
        AgentState? state = null;
        foreach (var line in Encoding.UTF8.GetString(input).Split('\n').Prepend(null).Take(8))
        {
            AgentTrigger trigger = line is null ? new AgentTrigger.CallStarted() : random.Next(10) switch
            {
                0 => new AgentTrigger.CallerPressed(line),
                1 => new AgentTrigger.CallerSilent(random.Next(1, 4)),
                2 => new AgentTrigger.NotUnderstood(random.Next(1, 4)),
                3 => new AgentTrigger.CallResumed(ResumeReason.TransferFailed),
                _ => new AgentTrigger.CallerSaid(line),
            };
            var events = agent.RespondAsync(new AgentRequest { Call = call, Trigger = trigger, State = state, Now = Now }, CancellationToken.None)
                .ToBlockingEnumerable().ToList();
            Require(events.Count < 50, "an answer is finite");
            state = events.OfType<AgentEvent.Remember>().LastOrDefault()?.State ?? state;
            if (state is null)
                continue;
            var json = state.ToJson();
            var restored = agent.RestoreState(json);
            Require(restored?.ToJson() == json, "the state survives a restart");
            state = restored;
        }
    }
}
