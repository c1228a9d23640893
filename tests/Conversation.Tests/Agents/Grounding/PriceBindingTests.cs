using System.Text.Json.Nodes;
using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tests.Agents.Grounding;

/// <summary>Prices that are known, of the right thing or of another: services, lines of a menu, rows of tables with columns, results of tools.</summary>
public sealed class PriceBindingTests
{
    private static readonly Tenant Bistro = Known.Tenant with
    {
        Services = [new Service("Jordan 4", "two hundred ten dollars", null, ["jordan four"]), new Service("Jordan 1", "one hundred eighty dollars", null, []), new Service("salmon", "twenty four dollars", null, []), new Service("pasta", "fourteen dollars", null, ["noodles"]), new Service("tomato soup", "nine dollars", null, ["soup"])],
    };

    public static TheoryData<string> True =>
    [
        // Services
        "The salmon is twenty four dollars.", "The pasta is fourteen dollars and the salmon is twenty four.", "It's fourteen dollars for the pasta and nine dollars for the tomato soup.", "The soup is $9.",
        "how much are the noodles|That's fourteen dollars.", "how much is the salmon and the pasta|They are twenty four and fourteen dollars.",
        "The Jordan 4 is two hundred ten dollars.", "The Jordan four is 210, and the Jordan one is 180.",
        // Lines and rows of a menu
        "The house salad is nine dollars.", "A bottle of the house red wine is thirty four dollars.", "A glass of the house red wine is nine dollars.", "The Pizza Marinara is twelve dollars.", "The Osso Buco is $32.", "An espresso is $3, a double espresso is $4.",
        "The penne arrabbiata costs sixteen dollars.", "The lemon sorbet is six dollars and the cannoli are seven.", "The branzino with lemon and fennel is twenty nine dollars.",
        // Tables with columns
        "The room hire on Friday is three hundred dollars.", "The minimum spend on Sunday is $1,200.", "From Monday to Thursday the room hire is $150.", "The cooking class is seventy five dollars a person.",
        // Prose
        "The children's menu is nine dollars.", "Corkage is twenty five dollars a bottle.", "Cake plates are three dollars per person.",
        // The other business
        "A shirt is six dollars and a suit is eighteen.", "The sauna is twelve dollars.", "The junior suite is three hundred nineteen dollars a night.", "Late check-out costs forty dollars.", "A taxi from the airport is about forty five dollars.",
        "The massage is one hundred ten dollars.", "Valet parking is thirty eight dollars a night.", "An extra bed is thirty five dollars.",
        // A tool's rows
        "The Air Max 90 is one hundred thirty dollars.", "The Air Max 97 is $175.",
        // Sums
        "The pasta is fourteen dollars and the salmon is twenty four dollars, so together that's thirty eight dollars.", "Two portions of pasta at fourteen dollars come to twenty eight dollars.",
    ];

    public static TheoryData<string> Invented =>
    [
        "The salmon is fourteen dollars.", "The pasta is twenty four dollars and the salmon is fourteen.", "It's nine dollars for the pasta and fourteen dollars for the tomato soup.", "The soup is $14.", "The steak is fourteen dollars.",
        "how much is the salmon|That's fourteen dollars.", "how much is the salmon|It's nine dollars.",
        "The Jordan 1 is two hundred ten dollars.", "The Jordan 4 is $180.",
        "The house salad is thirty four dollars.", "The house red wine is thirty four dollars.", "The Pizza Marinara is fourteen dollars.", "The Osso Buco is $29.", "The penne arrabbiata costs eighteen dollars.", "The lemon sorbet is seven dollars and the cannoli are six.",
        "The branzino with lemon and fennel is fifteen dollars.", "The calzone is fourteen dollars.",
        "The room hire on Friday is nine hundred dollars.", "The room hire on Friday is one hundred fifty dollars.", "The minimum spend on Sunday is $900.", "The cooking class is twenty five dollars a person.",
        "The children's menu is twenty dollars.", "Corkage is fifteen dollars a bottle.",
        "A shirt is eighteen dollars and a suit is six.", "The sauna is one hundred ten dollars.", "The junior suite is six hundred ninety dollars a night.", "Late check-out costs thirty eight dollars.", "The massage is twelve dollars.", "Valet parking is nine dollars.",
        "The Air Max 90 is one hundred seventy five dollars.", "The Air Max 97 is $130.",
        "The pasta is fourteen dollars and the salmon is twenty four dollars, so together that's thirty six dollars.", "Two portions of pasta at fourteen dollars come to twenty four dollars.", "Three portions of pasta at fourteen dollars come to twenty eight dollars.",
    ];

    [Theory]
    [MemberData(nameof(True))]
    public void A_price_of_the_thing_is_said(string sentence)
    {
        var result = Documents.Check(sentence, All());

        result.IsGrounded.ShouldBeTrue($"{sentence}: {string.Join(", ", result.Claims)}");
    }

    [Theory]
    [MemberData(nameof(Invented))]
    public void A_price_of_another_thing_is_not_said(string sentence) => Documents.Check(sentence, All()).IsGrounded.ShouldBeFalse(sentence);

    // Everything of two businesses at once: more to mistake one thing for another with than an answer ever has.
    private static Evidence All()
    {
        var evidence = new Evidence(Bistro, Known.Now);
        foreach (var line in Documents.Of("luigis").Lines.Concat(Documents.Of("hotel-aurora").Lines).Where(static line => line.Origin == EvidenceOrigin.Passage).DistinctBy(static line => line.Text))
            evidence.Add(line);
        evidence.AddTool(
            "look_up_catalogue", "Air Max 90, White, size 9; 130.00 USD; 9 in stock\nAir Max 97, Silver Bullet, size 10; 175.00 USD; 3 in stock",
            JsonNode.Parse("""{"items":[{"product":"Air Max 90","size":"9","price":130.00,"currency":"USD"},{"product":"Air Max 97","size":"10","price":175.00,"currency":"USD"}]}""")!.AsObject(), failed: false);
        return evidence;
    }
}
