using BenchmarkDotNet.Attributes;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Frames;

namespace Parley.Benchmarks.Conversation;

/// <summary>The embedded agent's answer to one utterance, from its words to the last of its events.</summary>
public class RuleAgentBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 15, 0, 0, TimeSpan.Zero);

    private readonly RuleAgent agent = new();
    private AgentRequest booking = null!;
    private AgentRequest question = null!;
    private AgentRequest nonsense = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        var call = new CallContext(
            Guid.CreateVersion7(Now), "CA1", Repository.SampleTenant("luigis"), "+12125550123", "+12125550101", CallDirection.Inbound);
        var greeting = new AgentRequest { Call = call, Trigger = new AgentTrigger.CallStarted(), Now = Now };
        AgentState? state = null;
        await foreach (var output in agent.RespondAsync(greeting, CancellationToken.None))
        {
            if (output is AgentEvent.Remember remember)
                state = remember.State;
        }

        var afterwards = greeting with { State = state };
        booking = afterwards with { Trigger = new AgentTrigger.CallerSaid("I'd like to book a table for four people tomorrow at seven in the evening") };
        question = afterwards with { Trigger = new AgentTrigger.CallerSaid("How late are you open on Sunday?") };
        nonsense = afterwards with { Trigger = new AgentTrigger.CallerSaid("The weather in the mountains was rather nice last year") };
        if (await Answer_a_booking() == 0 || await Answer_a_question() == 0 || await Answer_nonsense() == 0)
            throw new InvalidOperationException("The agent must say something.");
    }

    [Benchmark]
    public Task<int> Answer_a_booking() => AnswerAsync(booking);

    [Benchmark]
    public Task<int> Answer_a_question() => AnswerAsync(question);

    [Benchmark]
    public Task<int> Answer_nonsense() => AnswerAsync(nonsense);

    private async Task<int> AnswerAsync(AgentRequest request)
    {
        var words = 0;
        await foreach (var output in agent.RespondAsync(request, CancellationToken.None))
        {
            if (output is AgentEvent.Say say)
                words += say.Text.Length;
        }

        return words;
    }
}
