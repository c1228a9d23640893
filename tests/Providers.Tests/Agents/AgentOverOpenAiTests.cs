using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Parley.Conversation;
using Parley.Conversation.Agents;
using Parley.Conversation.Frames;
using Parley.Conversation.Providers;
using Parley.Conversation.Rag;
using Parley.Conversation.Tenants;
using Parley.Providers.Server.OpenAi;
using Parley.Providers.Tests.OpenAi;
using Parley.Tests.Common.Tools;

namespace Parley.Providers.Tests.Agents;

/// <summary>What configuration and a tenant's choice come to, down to the wire.</summary>
public class AgentOverOpenAiTests
{
    [Fact]
    public async Task A_configured_model_answers_with_tools_and_its_use_is_counted()
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Chats.Enqueue(new ChatScript().Call("call_1", "take_message", "{\"name\":\"Zoë\",", "\"text\":\"Ring me\"}"));
        server.Chats.Enqueue(new ChatScript().Say("I ", "will ", "tell them."));
        await using var services = Services(server);
        var meter = new CallMeter();

        var events = await AnswerAsync(services, "please tell them to ring me", meter);

        string.Concat(events.OfType<AgentEvent.Say>().Select(static say => say.Text)).Trim().ShouldBe("I will tell them.");
        var facts = events.OfType<AgentEvent.Remember>().Single().State.Facts;
        (facts.Intent, facts.Name, facts.Message).ShouldBe((CallIntent.Message, "Zoë", "Ring me"));
        meter.Of(UsageUnit.Requests).ShouldBe(2);
        ((string?)server.Requests.Last().Body["messages"]!.AsArray()[^1]!["content"]).ShouldBe("Noted.");
    }

    [Fact]
    public async Task A_model_that_is_away_leaves_the_call_to_the_rules()
    {
        await using var server = await OpenAiServer.StartAsync();
        server.Next(OpenAiError.Of(503, "server_error"));
        await using var services = Services(server);

        var events = await AnswerAsync(services, "what time do you open", null);

        events.OfType<AgentEvent.Say>().ShouldNotBeEmpty();
        events.OfType<AgentEvent.Remember>().Single().State.ToJson().ShouldContain("rules/1");
    }

    private static ServiceProvider Services(OpenAiServer server)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Providers:OpenAi:ApiKey"] = server.Key,
            ["Providers:OpenAi:BaseAddress"] = server.BaseAddress.AbsoluteUri,
            ["Providers:Think:0"] = "openai",
            ["Providers:Think:1"] = "rules",
        }).Build();
        return new ServiceCollection().AddLogging().AddMetrics().AddConversation(configuration).AddSingleton<IKnowledgeStore, NoKnowledgeStore>().BuildServiceProvider();
    }

    private static async Task<List<AgentEvent>> AnswerAsync(ServiceProvider services, string said, CallMeter? meter)
    {
        var tenant = new Tenant
        {
            Id = new Guid("01930000-0000-7000-8000-000000000001"),
            Slug = "test",
            Name = "Test",
            Kind = BusinessKind.Shop,
            TimeZone = DateTimeZone.Utc,
            Greeting = "Hello.",
        };
        var call = new CallContext(new Guid("01900000-0000-7000-8000-0000000000aa"), "CA1", tenant, "+12125550123", "+12125550100", CallDirection.Inbound);
        var request = new AgentRequest
        {
            Call = call,
            Tools = PlainTools.Box(TimeProvider.System).Open(call, null),
            Trigger = new AgentTrigger.CallerSaid(said),
            Now = new DateTimeOffset(2026, 3, 5, 17, 0, 0, TimeSpan.Zero),
            Meter = meter,
        };
        var events = new List<AgentEvent>();
        await foreach (var one in services.GetRequiredService<ICallAgent>().RespondAsync(request, TestContext.Current.CancellationToken))
            events.Add(one);
        return events;
    }
}
