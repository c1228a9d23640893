using Microsoft.Extensions.Logging.Abstractions;
using Parley.Conversation.Agents;
using Parley.Conversation.Agents.Rules;
using Parley.Conversation.Frames;
using Parley.Conversation.Rag;
using Parley.Conversation.Rag.Catalogue;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tests.Agents.Grounding;
using Parley.Conversation.Tests.Agents.Llm;
using Parley.Conversation.Tools;
using Parley.Tests.Common.Time;
using Parley.Tests.Common.Tools;

namespace Parley.Conversation.Tests.Agents;

/// <summary>The rules tell from a shop's catalogue what a row says, and nothing else.</summary>
public sealed class RuleCatalogueTests
{
    private const string Csv =
        """
        product,variant,size,price,currency,stock,low_stock
        Jordan 4,Bred,9,210.00,USD,4,
        Jordan 4,Bred,10.5,210.00,USD,3,
        Jordan 4,Bred,11,210.00,USD,0,
        Jordan 4,Military Blue,10.5,225.50,USD,1,
        Gift Box,,,5.00,USD,,yes
        Scarf,Red,M,,,7,
        """;

    private static readonly Tenant Shop = new()
    {
        Id = Guid.Empty, Slug = "shop", Name = "The Shop", Kind = BusinessKind.Shop, TimeZone = NodaTime.DateTimeZone.Utc, Greeting = "Hello.",
        Services = [new Service("cleaning", "twenty dollars", null, [])], Facts = [new Fact("parking", ["parking"], "There is a garage next door.")],
    };

    private CallContext call = new(Guid.CreateVersion7(DateTimeOffset.UnixEpoch), "CA1", Shop, "+12125550123", "+12125550101", CallDirection.Inbound);
    private List<AgentEvent> events = [];

    [Theory]
    [InlineData("Do you have the Jordan 4 Bred in ten and a half?", "Yes, we have the Jordan 4 in Bred, size ten and a half, for two hundred and ten dollars.")]
    [InlineData("Have you got the Jordan 4 in military blue?", "for two hundred and twenty five dollars and fifty cents. There is only one left.")]
    [InlineData("Do you have the Jordan 4 in size eleven?", "I'm sorry, the Jordan 4 in Bred, size eleven is sold out.")]
    [InlineData("Do you have the Jordan 4 in size fourteen?", "I'm sorry, we don't have the Jordan 4 in that size or color. We have it in Bred, size ten and a half, for two hundred and ten dollars.")]
    [InlineData("How much is the Jordan 4?", "The Jordan 4 is from two hundred and ten dollars to two hundred and twenty five dollars and fifty cents, depending on the model.")]
    [InlineData("How much is the Jordan 4 in bred, size nine?", "The Jordan 4 in Bred, size nine is two hundred and ten dollars.")]
    [InlineData("Do you have a gift box?", "Yes, we have the Gift Box, for five dollars. There are only a few left.")]
    [InlineData("Do you sell the red scarf?", "Yes, we have the Scarf in Red, size M.")]
    public async Task A_question_about_goods_is_answered_from_their_row(string question, string answer)
    {
        await SayAsync(question);

        Words.ShouldContain(answer);
        events.OfType<AgentEvent.Decided>().Single().Decision["tools"]![0]!["name"]!.GetValue<string>().ShouldBe("look_up_catalogue");
        events.OfType<AgentEvent.Decided>().Single().Decision["tools"]![0]!.ToJsonString().ShouldContain("product");
        events.OfType<AgentEvent.Remember>().Single().State.Facts.Intent.ShouldBe(CallIntent.Question);
    }

    [Theory]
    [InlineData("es-US", "¿Tienen las Jordan 4 Bred en la talla diez y media?", "Sí, tenemos Jordan 4 en Bred, talla diez y medio, por doscientos diez dólares.")]
    [InlineData("es-US", "¿Cuánto cuestan las Jordan 4?", "Jordan 4 cuesta entre doscientos diez dólares y doscientos veinticinco dólares con cincuenta, según el modelo.")]
    [InlineData("es-US", "¿Tienen las Jordan 4 en la talla once?", "Lo siento, no nos queda Jordan 4 en Bred, talla once.")]
    [InlineData("es-US", "¿Tienen las Jordan 4 Military Blue?", "Solo queda una unidad.")]
    [InlineData("ru-RU", "У вас есть Jordan 4 Bred, размер девять?", "Да, есть Jordan 4 Bred, размер девять, за двести десять долларов.")]
    [InlineData("ru-RU", "Сколько стоит Jordan 4, размер девять?", "Jordan 4 Bred, размер девять: двести десять долларов.")]
    [InlineData("ru-RU", "Jordan 4 в размере четырнадцать есть в наличии?", "Извините, Jordan 4: такого размера или цвета нет.")]
    [InlineData("he-IL", "יש לכם Jordan 4 Bred במידה תשע?", "כן, יש Jordan 4 Bred, במידה תשע, במאתיים ועשרה דולר.")]
    [InlineData("he-IL", "כמה עולה Gift Box?", "Gift Box: חמישה דולר. נשארה כמות קטנה.")]
    public async Task It_is_answered_in_the_language_of_the_call(string language, string question, string answer)
    {
        call = call with { Tenant = Shop with { Language = language } };

        await SayAsync(question);

        Words.ShouldContain(answer);
    }

    [Theory]
    [InlineData("Do you have the Samba in size nine?", "I don't know")]
    [InlineData("Do you have parking?", "There is a garage next door.")]
    [InlineData("How much is a cleaning?", "twenty dollars")]
    public async Task What_is_in_no_row_is_answered_as_any_question(string question, string answer)
    {
        await SayAsync(question);
        Words.ShouldContain(answer);
    }

    [Fact]
    public async Task Without_the_tool_nothing_of_the_catalogue_is_told()
    {
        await SayAsync("Do you have the Jordan 4 in size nine?", withTool: false);
        Words.ShouldNotContain("Bred");
    }

    private string Words => string.Concat(events.OfType<AgentEvent.Say>().Select(static say => say.Text));

    private async Task SayAsync(string words, bool withTool = true)
    {
        ICallTool[] all = withTool ? [new CatalogueTool(new Shelves())] : [];
        var tools = new ToolBox(all, new MemoryLedger(), new ToolOptions(), new StandingClock { Now = Known.Now - DateTimeOffset.UnixEpoch }, NullLoggerFactory.Instance)
            .Open(call, null);
        var request = new AgentRequest
        {
            Call = call, Trigger = new AgentTrigger.CallerSaid(words), Now = Known.Now, Tools = tools, Committed = Task.CompletedTask, Turn = 1, Answer = 1,
        };
        events = [];
        await foreach (var one in new RuleAgent(new FoundKnowledge(0)).RespondAsync(request, TestContext.Current.CancellationToken))
            events.Add(one);
    }

    private sealed class Shelves : ICatalogue
    {
        private static readonly CatalogueIndex Index = new([.. CatalogueFile.Parse(Csv).Rows.Select(static r => r.ToItem())]);

        public ValueTask<IReadOnlyList<CatalogueItem>> FindAsync(Guid tenantId, CatalogueQuery query, CancellationToken cancellationToken) =>
            ValueTask.FromResult(Index.Find(query));
    }
}
