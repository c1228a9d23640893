using Parley.Conversation.Rag;
using Parley.Conversation.Rag.Catalogue;
using Parley.Conversation.Rag.Ingestion;

namespace Parley.Conversation.Tests.Rag;

public sealed class CatalogueTests
{
    private const string Csv =
        """
        product,variant,size,price,currency,stock,low_stock
        Air Jordan 4 Retro,Bred,10,215.00,USD,2,
        Air Jordan 4 Retro,Bred,10.5,215.00,USD,1,
        Air Jordan 4 Retro,Military Blue,10.5,215.00,USD,5,
        Air Jordan 1 High,Chicago,10,180.00,USD,6,
        Air Max 90,White,9,130.00,USD,9,
        Air Max 97,Silver,10,175.00,USD,3,
        Samba OG,Black,9.5,100.00,USD,0,
        Yeezy Boost 350,Zebra,10,230.00,USD,4,
        990v6,Grey,10.5,200.00,USD,4,
        Logo T-Shirt,White,M,30.00,USD,25,
        Logo T-Shirt,White,XL,30.00,USD,8,10
        Crew Socks,White,,12.00,USD,40,yes
        """;

    private static readonly CatalogueIndex Index = new([.. CatalogueFile.Parse(Csv).Rows.Select(r => r.ToItem())]);

    [Theory]
    [InlineData("do you have the Jordan 4 in ten and a half?", "Air Jordan 4 Retro|Bred|10.5", "Air Jordan 4 Retro|Military Blue|10.5")]
    [InlineData("do you have jordan fours in size ten", "Air Jordan 4 Retro|Bred|10")]
    [InlineData("the jordan four in blue, ten point five", "Air Jordan 4 Retro|Military Blue|10.5")]
    [InlineData("Have you got the air max ninety in a nine?", "Air Max 90|White|9")]
    [InlineData("air max 97 size 10", "Air Max 97|Silver|10")]
    [InlineData("are the jordan ones in", "Air Jordan 1 High|Chicago|10")]
    [InlineData("do you have the black samba", "Samba OG|Black|9.5")]
    [InlineData("I'm looking for easy boost three fifty in ten", "Yeezy Boost 350|Zebra|10")]
    [InlineData("the nine ninety v six", "990v6|Grey|10.5")]
    [InlineData("a white t-shirt in extra large", "Logo T-Shirt|White|XL")]
    [InlineData("logo t-shirt, medium please", "Logo T-Shirt|White|M")]
    [InlineData("how much are the crew socks", "Crew Socks|White|")]
    [InlineData("¿tienen las Jordan 4 en diez y medio?", "Air Jordan 4 Retro|Bred|10.5", "Air Jordan 4 Retro|Military Blue|10.5")]
    [InlineData("есть ли jordan 4 десять с половиной", "Air Jordan 4 Retro|Bred|10.5", "Air Jordan 4 Retro|Military Blue|10.5")]
    public void Spoken_words_find_their_items(string words, params string[] items)
    {
        var found = Index.Find(new CatalogueQuery(words, words.StartsWith('¿') ? "es" : "en-US"));

        found.Select(i => $"{i.Product}|{i.Variant}|{i.Size}").ShouldBe(items);
        found.ShouldAllBe(i => i.Exact);
    }

    [Theory]
    [InlineData("do you have the Jordan 4 in size twelve", "Air Jordan 4 Retro", "10.5")]
    [InlineData("do you have the red samba", "Samba OG", "9.5")]
    [InlineData("do you have the jordan for size ate", "Air Jordan 4 Retro", "10")]
    public void What_is_there_otherwise_is_told_as_near(string words, string product, string size)
    {
        var found = Index.Find(new CatalogueQuery(words));

        found[0].Product.ShouldBe(product);
        found[0].Size.ShouldBe(size);
        found.ShouldAllBe(i => !i.Exact && i.Product == product);
    }

    [Theory]
    [InlineData("do you have ski boots")]
    [InlineData("what time do you close")]
    [InlineData("size ten")]
    [InlineData("we ate there for one evening")]
    [InlineData("is it to go or for here")]
    [InlineData("mine is the one in ten")]
    [InlineData("")]
    [InlineData("??? 🙂")]
    public void What_is_not_there_finds_nothing(string words) => Index.Find(new CatalogueQuery(words)).ShouldBeEmpty();

    [Fact]
    public void Size_and_variant_may_be_known_apart_from_the_words()
    {
        Index.Find(new CatalogueQuery("jordan 4") { Size = "ten and a half", Variant = "bread" }).ShouldHaveSingleItem().Variant.ShouldBe("Bred");
        Index.Find(new CatalogueQuery("jordan for") { Size = "ten and a heart", Variant = "bread" }).ShouldHaveSingleItem().Size.ShouldBe("10.5");
        Index.Find(new CatalogueQuery("air max ninety") { Size = "mine" }).ShouldHaveSingleItem().Exact.ShouldBeTrue();
        Index.Find(new CatalogueQuery("logo t-shirt") { Size = "Extra Large" }).ShouldHaveSingleItem().LowStock.ShouldBeTrue("8 of at least 10");
    }

    [Fact]
    public void Few_left_is_by_the_lines_threshold_or_flag()
    {
        var low = CatalogueFile.Parse(Csv).Rows.Select(r => r.ToItem()).Where(i => i.LowStock).Select(i => $"{i.Product} {i.Size}");

        low.ShouldBe(["Air Jordan 4 Retro 10", "Air Jordan 4 Retro 10.5", "Samba OG 9.5", "Logo T-Shirt XL", "Crew Socks "]);
    }

    [Fact]
    public void What_is_exported_is_imported_the_same()
    {
        var file = CatalogueFile.Parse("Item;Colour;Size;Price;Qty\n\"Vase, \"\"Ming\"\"\";;;\"1,150.50\";3\nCup;red;S;$4;\n");

        file.Rows.ShouldBe([
            new CatalogueRow("Vase, \"Ming\"", null, null, 1150.50m, null, 3, null, null), new CatalogueRow("Cup", "red", "S", 4m, "USD", null, null, null)]);
        var again = CatalogueFile.Parse(CatalogueFile.Write(file.Rows));
        again.Rows.ShouldBe(file.Rows);
        again.ContentHash.ToArray().ShouldBe(file.ContentHash.ToArray());
        CatalogueFile.Parse(CatalogueFile.Write(CatalogueFile.Parse(Csv).Rows)).Rows.ShouldBe(CatalogueFile.Parse(Csv).Rows);
    }

    [Fact]
    public void Mistakes_are_told_by_line()
    {
        var error = Should.Throw<KnowledgeException>(() => CatalogueFile.Parse(
            "name,size,price,currency,stock\nCup,S,abc,USD,1\n,S,1,USD,1\nMug,S,-1,USD,1\nJug,S,1,dollars,1\nPot,S,1,USD,some\nCup,s,1,USD,1\n"));

        error.Errors.Select(e => e.Line).ShouldBe([2, 3, 4, 5, 6, 7]);
        error.Errors[5].Message.ShouldContain("line 2 already");
        Should.Throw<KnowledgeException>(() => CatalogueFile.Parse("size,weight\nS,1\n")).Errors.Select(e => e.Message)
            .ShouldBe(["The column 'weight' is not known; known are product, variant, size, price, currency, stock, low_stock.", "There is no column 'product'."]);
        Should.Throw<KnowledgeException>(() => CatalogueFile.Parse(""));
    }
}
