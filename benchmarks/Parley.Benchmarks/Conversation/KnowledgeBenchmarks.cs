using BenchmarkDotNet.Attributes;
using Parley.Conversation.Rag.Index;

namespace Parley.Benchmarks.Conversation;

/// <summary>One question to the index of a tenant with 2,000 passages: a shop's assortment in everyday words, each combination once.</summary>
public class KnowledgeBenchmarks
{
    private const int Passages = 2_000;

    private static readonly string[] Things =
    [
        "haircut", "lasagna", "crown", "suite", "sneaker", "massage", "risotto", "implant", "sauna", "hoodie", "shave", "tiramisu", "cleaning", "breakfast",
        "raffle", "coloring", "gnocchi", "extraction", "parking", "refund",
    ];

    private static readonly string[] Kinds = ["classic", "premium", "seasonal", "weekday", "family", "student", "vegan", "express", "private", "deluxe"];

    private static readonly string[] Places = ["garden", "terrace", "lobby", "cellar", "gallery", "harbor", "station", "bridge", "market", "tower"];

    private readonly Found[] found = new Found[20];
    private KnowledgeIndex index = null!;

    [GlobalSetup]
    public void Setup()
    {
        var passages = Enumerable.Range(0, Passages).Select(i => new IndexedPassage(
            Guid.Empty, "assortment", 1, $"{Kinds[i / 20 % 10]} {Things[i % 20]}",
            $"The {Kinds[i / 20 % 10]} {Things[i % 20]} is offered at the {Places[i / 200 % 10]} from {i % 12 + 8} o'clock for ${i % 90 + 10} and takes about "
            + $"{i % 50 + 20} minutes. Article number {Code(i)}; guests with a reservation go first and may cancel until the evening before."));
        index = IndexBuilder.Build([.. passages], "en-US");
        if (Find_by_words() == 0 || Find_misheard() == 0 || Find_a_long_question() == 0)
            throw new InvalidOperationException("Every question must find something.");
    }

    [Benchmark]
    public int Find_by_words() => index.Search("How much is the vegan lasagna on the terrace?", "en-US", found);

    [Benchmark]
    public int Find_misheard() => index.Search("do you have the premium tear a me sue in the sell her", "en-US", found);

    [Benchmark]
    public int Find_a_long_question() => index.Search(
        "Hi there, I was wondering whether my wife and I could come by tomorrow evening for a deluxe massage near the bridge, and also, if something "
        + "comes up, how late can we still cancel the reservation without paying the whole price for it?", "en-US", found);

    // Words that are all different, as names and numbers of articles are: a vocabulary of thousands.
    private static string Code(int i) => string.Concat("bdfgklmnprstvz"[i % 14], "aeiou"[i / 14 % 5], "bdfgklmnprstvz"[i / 70 % 14], "aeiou"[i / 980 % 5], "lnrs"[i % 4], "ta");
}
