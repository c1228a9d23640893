using BenchmarkDotNet.Attributes;
using Parley.Conversation.Rag;
using Parley.Conversation.Rag.Catalogue;
using Parley.Conversation.Rag.Ingestion;

namespace Parley.Benchmarks.Conversation;

/// <summary>One look-up in a shop's catalogue, a small one and the largest that can be imported: makers, models, colours and sizes.</summary>
public class CatalogueBenchmarks
{
    private static readonly string[] Makers = ["Nike", "Adidas", "Puma", "Reebok", "Asics", "Saucony", "Brooks", "Salomon", "Converse", "Vans"];

    private static readonly string[] Lines = ["Air", "Ultra", "Cloud", "Gel", "Wave", "Speed", "Trail", "Court", "Street", "Classic"];

    private static readonly string[] Colours = ["black", "white"];

    private CatalogueIndex index = null!;

    /// <summary>Lines of the catalogue; two sizes of two colours of each product.</summary>
    [Params(400, KnowledgeLimits.MaxCatalogueItems)]
    public int Lots { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        index = new CatalogueIndex([.. Enumerable.Range(0, Lots).Select(i => new CatalogueItem(
            $"{Makers[i / 4 % 10]} {Lines[i / 40 % 10]} {Code(i / 4)}", Colours[i % 2], $"{8 + i / 2 % 2}", 60 + i % 90, "USD", i % 7, i % 7 < 2))]);
        int[] all = [Find_a_name(), Find_misheard(), Find_a_maker()];
        if (all.Contains(0))
            throw new InvalidOperationException($"Every question must find something, not {string.Join(", ", all)}.");
    }

    [Benchmark]
    public int Find_a_name() => index.Find(new CatalogueQuery($"do you have the nike air {Code(0)} in black in size nine", "en-US")).Count;

    [Benchmark]
    public int Find_misheard() => index.Find(new CatalogueQuery($"have you got the nikey air {Code(0)[..^1]} in a nine", "en-US")).Count;

    [Benchmark]
    public int Find_a_maker() => index.Find(new CatalogueQuery("do you have any nike", "en-US")).Count;

    private static string Code(int i) => string.Concat(
        "bdfgklmnprstvz"[i % 14], "aeiou"[i / 14 % 5], "bdfgklmnprstvz"[i / 70 % 14], "aeiou"[i / 980 % 5], "lnrs"[i % 4], "ta");
}
