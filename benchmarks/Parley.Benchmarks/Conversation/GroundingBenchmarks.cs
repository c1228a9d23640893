using BenchmarkDotNet.Attributes;
using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Tenants;

namespace Parley.Benchmarks.Conversation;

/// <summary>
/// What stands between a model's words and the voice: a sentence against all that an answer may rest on, the profile, the house rules (nine passages) and four rows of
/// the menu. An answer reads its passages once; what its lines say of prices and facts is found out by the first sentence that asks for it.
/// </summary>
public class GroundingBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 15, 0, 0, TimeSpan.Zero);

    private static readonly string[] Menu =
    [
        "Margherita Pizza; Section: Pizza; Price: $14; Description: Tomato, mozzarella, basil; Allergens: wheat, milk",
        "Lasagna; Section: Pasta; Price: $21; Description: Beef ragu and bechamel, baked; Allergens: wheat, milk, egg, celery",
        "Osso Buco; Section: Mains; Price: $32; Description: Braised veal shank with saffron risotto; Allergens: milk, celery",
        "Tiramisu; Section: Desserts; Price: $8; Description: Coffee, mascarpone, cocoa; made without alcohol; Allergens: milk, egg, wheat",
    ];

    private string[] passages = [];
    private Tenant tenant = null!;
    private Evidence evidence = null!;

    [GlobalSetup]
    public void Setup()
    {
        var rules = File.ReadAllText(Path.Combine(Repository.Root, "samples", "knowledge", "luigis", "house-rules.md"));
        tenant = Repository.SampleTenant("luigis");
        passages = [.. rules.Split("\n## ").Skip(1).Take(9).Select(static section => "## " + section), .. Menu];
        evidence = Read();
        if (!Check_prices() || !Check_hours() || !Check_a_length() || !Check_a_statement() || !Check_small_talk() || !Begin_an_answer() || !Wait_for_the_end()
            || GroundingGate.Check("We hold a table for thirty minutes.", evidence).IsGrounded)
            throw new InvalidOperationException("What is so must be said, and nothing else.");
    }

    /// <summary>The passages of an answer, as lines.</summary>
    [Benchmark]
    public int Read_passages() => Read().Lines.Count();

    /// <summary>The same, and the first sentence.</summary>
    [Benchmark]
    public bool Begin_an_answer() => GroundingGate.Check("Yes, we have high chairs and a children's menu.", Read(), "Do you have something for children?").IsGrounded;

    [Benchmark]
    public bool Check_prices() => Check("The margherita is fourteen dollars and the lasagna is twenty one, so thirty five dollars together.");

    [Benchmark]
    public bool Check_hours() => Check("We're open from noon to ten, and until eleven on Fridays and Saturdays.");

    [Benchmark]
    public bool Check_a_length() => Check("We hold your table for fifteen minutes, so please call when you are running late.");

    [Benchmark]
    public bool Check_a_statement() => Check("You can bring your own wine, and we take all credit cards and Apple Pay.");

    [Benchmark]
    public bool Check_small_talk() => Check("Of course, I'd be happy to help you with that.");

    /// <summary>Whether what is there of a sentence may go on at once.</summary>
    [Benchmark]
    public bool Wait_for_the_end() => GroundingGate.MustWait("The margherita is fourteen");

    private bool Check(string sentence) => GroundingGate.Check(sentence, evidence, "And what else should I know?").IsGrounded;

    private Evidence Read()
    {
        var known = new Evidence(tenant, Now);
        foreach (var passage in passages)
            known.Add(EvidenceOrigin.Passage, "documents", passage);
        return known;
    }
}
