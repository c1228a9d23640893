using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Llm;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Flags;
using Parley.Conversation.Frames;
using Parley.Conversation.Llm;
using Parley.Conversation.Rag;
using Parley.Conversation.Stores;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tests.Agents.Grounding;
using Parley.Conversation.Tools;
using Parley.Tests.Common.Llm;
using Parley.Tests.Common.Time;
using Parley.Tests.Common.Tools;

namespace Parley.Conversation.Tests.Agents.Llm;

/// <summary>An agent with a scripted model, asked turn by turn.</summary>
internal sealed class LlmDesk
{
    private readonly CallTools tools;
    private int answers;

    public LlmDesk(Func<ModelRequest, IEnumerable<ModelEvent>> model, Tenant? tenant = null, IKnowledge? knowledge = null, params ICallTool[] more)
    {
        Model = new ScriptedModel(model);
        Agent = new LlmAgent(Model, new RuleAgent(), NullLogger<LlmAgent>.Instance, knowledge);
        Call = new CallContext(new Guid("01900000-0000-7000-8000-0000000000aa"), "CA1", tenant ?? Known.Tenant, "+12125550123", "+12125550101", CallDirection.Inbound);
        tools = PlainTools.Box(new ManualClock(), more).Open(Call, null);
    }

    public ScriptedModel Model { get; }

    public LlmAgent Agent { get; }

    public CallContext Call { get; }

    public List<HistoryEntry> History { get; } = [];

    public AgentState? State { get; set; }

    /// <summary>What is known of earlier calls.</summary>
    public CallerHistory? Caller { get; init; }

    /// <summary>Saturday, when the business is open unless a test says otherwise.</summary>
    public DateTimeOffset Now { get; set; } = Known.Now.AddHours(6);

    /// <summary>What the tenant has.</summary>
    public TenantFeatures Features { get; init; } = TenantFeatures.All;

    public List<AgentEvent> Events { get; private set; } = [];

    public string Words => string.Concat(Events.OfType<AgentEvent.Say>().Select(static say => say.Text)).Trim();

    public CallFacts Facts => State!.Facts;

    /// <summary>The last record of what the answer rests on.</summary>
    public System.Text.Json.Nodes.JsonObject Decision => Events.OfType<AgentEvent.Decided>().Last().Decision;

    public AgentRequest Request(string words, Task? committed = null) => new()
    {
        Call = Call with { Caller = Task.FromResult(Caller) },
        Trigger = new AgentTrigger.CallerSaid(words),
        State = State,
        History = [.. History],
        Now = Now,
        Tools = tools,
        Committed = committed ?? Task.CompletedTask,
        Turn = History.Count,
        Answer = ++answers,
        Features = Features,
    };

    /// <summary>Has it answer, and takes the answer.</summary>
    public async Task<LlmDesk> SayAsync(string words)
    {
        var request = Request(words);
        Events = [];
        await foreach (var one in Agent.RespondAsync(request, TestContext.Current.CancellationToken))
            Events.Add(one);
        State = Events.OfType<AgentEvent.Remember>().LastOrDefault()?.State ?? State;
        History.Add(new HistoryEntry(Speaker.Caller, words));
        History.Add(new HistoryEntry(Speaker.Agent, Words));
        return this;
    }

    public static string LastUser(ModelRequest request) => request.Messages.Last(static m => m.Role == ModelRole.User).Text;

    public static bool HasResult(ModelRequest request) => request.Messages[^1].Role == ModelRole.Tool || request.Messages.SkipWhile(m => m.Text != LastUser(request)).Any(static m => m.Role == ModelRole.Tool);
}

/// <summary>Knowledge that finds what a test says.</summary>
internal sealed class FoundKnowledge(double confidence, params string[] passages) : IKnowledge
{
    public List<KnowledgeQuery> Queries { get; } = [];

    public ValueTask<KnowledgeAnswer> FindAsync(KnowledgeQuery query, CancellationToken cancellationToken)
    {
        Queries.Add(query);
        return ValueTask.FromResult(new KnowledgeAnswer
        {
            Confidence = confidence,
            Passages = [.. passages.Select((text, i) => new Passage(new Guid(i, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]), $"source{i}.md", 1, text, 1.0 - i * 0.1, confidence))],
        });
    }
}
