using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using Parley.Conversation.Agents;
using Parley.Conversation.Flags;
using Parley.Conversation.Frames;
using Parley.Conversation.Pipeline;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;
using Parley.Tests.Common.Time;
using Parley.Tests.Common.Tools;

namespace Parley.Conversation.Tests.Tools;

/// <summary>A call's tools by themselves, on one thread and a manual clock.</summary>
internal sealed class Desk
{
    private readonly ICallTool[] tools;
    private int answers;

    public Desk(params ICallTool[] tools)
    {
        this.tools = tools;
        Call = new CallContext(
            new Guid("01900000-0000-7000-8000-0000000000aa"), "CA1", Tenant, "+12125550123", "+12125550101", CallDirection.Inbound);
        Tools = Open();
    }

    public SingleThread Thread { get; } = new();

    public ManualClock Clock { get; } = new();

    public MemoryLedger Ledger { get; init; } = new();

    public ToolOptions Options { get; } = new();

    public Tenant Tenant { get; } = new()
    {
        Id = new Guid("01900000-0000-7000-8000-000000000001"),
        Slug = "test",
        Name = "Test",
        Kind = BusinessKind.Restaurant,
        TimeZone = DateTimeZone.Utc,
        Greeting = "Hello.",
    };

    public CallContext Call { get; }

    public CallTools Tools { get; private set; }

    /// <summary>What the tenant has.</summary>
    public TenantFeatures Features { get; set; } = TenantFeatures.All;

    /// <summary>The tools of the same call in a process that starts anew.</summary>
    public CallTools Open(ResumePoint? resume = null) => Tools = new ToolBox(
        tools, Ledger, Options, Clock, NullLoggerFactory.Instance, new Flags(this)).Open(Call, null, resume);

    /// <summary>The tools of another call, such as one to another tenant.</summary>
    public CallTools Open(CallContext call) => Tools = new ToolBox(tools, Ledger, Options, Clock, NullLoggerFactory.Instance, new Flags(this)).Open(call, null);

    /// <summary>What an agent is asked.</summary>
    public AgentRequest Ask(int turn, Task? committed = null) => new()
    {
        Call = Call,
        Trigger = new AgentTrigger.CallerSaid("Please."),
        Now = Clock.GetUtcNow(),
        Tools = Tools,
        Committed = committed ?? Task.CompletedTask,
        Turn = turn,
        Answer = ++answers,
    };

    /// <summary>Runs a tool as far as it comes by itself.</summary>
    public Task<ToolResult> Run(string name, string arguments = "{}", AgentRequest? request = null, CancellationToken cancellationToken = default)
    {
        Task<ToolResult> running = null!;
        Thread.Run(() => running = Tools.RunAsync(
            new Llm.ModelToolCall("1", name, arguments), request ?? Ask(1), CallFacts.None, cancellationToken));
        return running;
    }

    /// <summary>Runs a tool that comes to its end by itself.</summary>
    public ToolResult RunToEnd(string name, string arguments = "{}", AgentRequest? request = null) => Over(Run(name, arguments, request));

    /// <summary>The result of a run that is over.</summary>
    public static ToolResult Over(Task<ToolResult> running)
    {
        running.IsCompleted.ShouldBeTrue();
        return running.GetAwaiter().GetResult();
    }

    public void Pass(int ms) => Thread.Run(() => Clock.Advance(TimeSpan.FromMilliseconds(ms)));

    public static string? Error(ToolResult result) => (string?)result.Data?["error"];

    public static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private sealed class Flags(Desk desk) : IFeatureFlags
    {
        public TenantFeatures For(Guid tenantId) => desk.Features;
    }
}
