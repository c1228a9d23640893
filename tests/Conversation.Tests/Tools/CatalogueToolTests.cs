using System.Text.Json.Nodes;
using Parley.Conversation.Agents;
using Parley.Conversation.Flags;
using Parley.Conversation.Rag;
using Parley.Conversation.Rag.Catalogue;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tools;

namespace Parley.Conversation.Tests.Tools;

public sealed class CatalogueToolTests
{
    private const string Csv =
        """
        product,variant,size,price,currency,stock,low_stock
        Jordan 4 Retro,Bred,10,215.00,USD,4,2
        Jordan 4 Retro,Bred,10.5,215.00,USD,0,2
        Jordan 4 Retro,Bred,11,215.00,USD,1,2
        Gel Kayano,,9,160.00,USD,7,2
        Sock,,,,,,
        """;

    private readonly Desk desk = new(new CatalogueTool(new Shelves(Csv)));

    public CatalogueToolTests() => Open(BusinessKind.Shop);

    [Fact]
    public void What_is_there_is_told_with_its_price_and_stock()
    {
        var result = Look("""{"product":"the jordan four","size":"ten","variant":"bred"}""");

        result.Failed.ShouldBeFalse();
        result.Text.ShouldBe("Jordan 4 Retro, Bred, size 10; 215.00 USD; 4 in stock");
        var item = Items(result).ShouldHaveSingleItem();
        (item["price"]!.GetValue<decimal>(), (string?)item["currency"], item["stock"]!.GetValue<int>(), item["low_stock"]!.GetValue<bool>(), item["exact"]!.GetValue<bool>())
            .ShouldBe((215m, "USD", 4, false, true));
    }

    [Theory]
    [InlineData("jordan four in ten and a half")]
    [InlineData("do you have the Jordan 4 in 10.5")]
    [InlineData("jordan 4, size ten point five")]
    public void Numbers_in_words_are_sizes_and_parts_of_names(string words)
    {
        var result = Look(new JsonObject { ["product"] = words }.ToJsonString());

        ((string?)Items(result).ShouldHaveSingleItem()["size"]).ShouldBe("10.5");
        result.Text.ShouldEndWith("sold out");
    }

    [Fact]
    public void What_is_sold_out_is_not_told_as_there()
    {
        var result = Look("""{"product":"jordan 4","size":"10.5"}""");

        result.Text.ShouldBe("Jordan 4 Retro, Bred, size 10.5; 215.00 USD; sold out");
        Items(result).Single()["stock"]!.GetValue<int>().ShouldBe(0);
    }

    [Fact]
    public void What_is_nearly_gone_is_told_so()
    {
        var result = Look("""{"product":"jordan 4","size":"eleven"}""");

        result.Text.ShouldEndWith("1 in stock, few left");
        Items(result).Single()["low_stock"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public void A_size_that_is_not_kept_is_told_with_the_nearest_and_as_such()
    {
        var result = Look("""{"product":"jordan 4","size":"twelve"}""");

        result.Failed.ShouldBeFalse();
        result.Text.Split('\n').ShouldAllBe(line => line.StartsWith("Not exactly what was asked for: ", StringComparison.Ordinal));
        Items(result).ShouldAllBe(item => !item["exact"]!.GetValue<bool>());
        ((string?)Items(result)[0]["size"]).ShouldBe("11");
    }

    [Fact]
    public void What_the_catalogue_does_not_say_is_not_made_up()
    {
        Look("""{"product":"sock"}""").Text.ShouldBe("Sock; stock not known");
    }

    [Fact]
    public void An_unknown_product_is_nothing_that_can_be_told()
    {
        var result = Look("""{"product":"a piano"}""");

        Desk.Error(result).ShouldBe("not_possible");
        result.Text.ShouldContain("do not know");
    }

    [Fact]
    public void An_empty_catalogue_knows_nothing()
    {
        var empty = new Desk(new CatalogueTool(new Shelves("product\n")));
        empty.Open(empty.Call with { Tenant = empty.Tenant with { Kind = BusinessKind.Shop } });

        Desk.Error(empty.RunToEnd("look_up_catalogue", """{"product":"jordan 4"}""")).ShouldBe("not_possible");
    }

    [Fact]
    public void Without_a_product_nothing_is_looked_up() => Desk.Error(Look("""{"size":"10"}""")).ShouldBe("bad_arguments");

    [Fact]
    public void It_is_offered_to_those_who_sell_goods_where_there_is_a_catalogue()
    {
        var tool = new CatalogueTool(new Shelves(Csv));
        foreach (var kind in Enum.GetValues<BusinessKind>())
            (tool.Describe(desk.Tenant with { Kind = kind }) is not null).ShouldBe(kind is BusinessKind.Shop or BusinessKind.Other, kind.ToString());
        new CatalogueTool().Describe(desk.Tenant with { Kind = BusinessKind.Shop }).ShouldBeNull();
    }

    [Fact]
    public void A_tenant_without_the_feature_has_it_neither_offered_nor_run()
    {
        desk.Tools.Offered.ShouldHaveSingleItem().Name.ShouldBe("look_up_catalogue");
        desk.Features = new TenantFeatures(new Dictionary<string, bool> { [Features.Tool("look_up_catalogue")] = false });

        Desk.Error(Look("""{"product":"jordan 4"}""")).ShouldBe("unknown_tool");
        Open(BusinessKind.Shop);
        desk.Tools.Offered.ShouldBeEmpty();
    }

    [Fact]
    public void Each_tenant_sees_its_own_catalogue_in_its_own_language()
    {
        var shelves = new Shelves(Csv);
        var own = new Desk(new CatalogueTool(shelves));
        own.Open(own.Call with { Tenant = own.Tenant with { Kind = BusinessKind.Shop, Language = "es-MX" } });
        own.RunToEnd("look_up_catalogue", """{"product":"jordan 4"}""");

        shelves.Asked.ShouldBe([(own.Tenant.Id, "es-MX")]);
    }

    private void Open(BusinessKind kind) => desk.Open(desk.Call with { Tenant = desk.Tenant with { Kind = kind } });

    private ToolResult Look(string arguments) => desk.RunToEnd("look_up_catalogue", arguments);

    private static List<JsonObject> Items(ToolResult result) => [.. result.Data!["items"]!.AsArray().Select(static item => item!.AsObject())];

    /// <summary>What a CSV file holds, for every tenant.</summary>
    private sealed class Shelves(string csv) : ICatalogue
    {
        private readonly CatalogueIndex index = new([.. CatalogueFile.Parse(csv).Rows.Select(static row => row.ToItem())]);

        public List<(Guid Tenant, string? Language)> Asked { get; } = [];

        public ValueTask<IReadOnlyList<CatalogueItem>> FindAsync(Guid tenantId, CatalogueQuery query, CancellationToken cancellationToken)
        {
            Asked.Add((tenantId, query.Language));
            return ValueTask.FromResult(index.Find(query));
        }
    }
}
