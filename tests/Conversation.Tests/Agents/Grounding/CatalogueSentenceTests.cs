using System.Text.Json.Nodes;
using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tests.Agents.Grounding;

/// <summary>What a shop says of its goods, with the words and data of the catalogue's tool: sizes, what is left, prices.</summary>
public sealed class CatalogueSentenceTests
{
    public static TheoryData<string> True =>
    [
        "Yes, we have the Jordan 4 in Bred, size ten and a half, for two hundred ten dollars.",
        "Yes, there is one left, for two hundred twenty five dollars.",
        "There is one left in Military Blue, size ten and a half, for two hundred twenty five dollars.",
        "We have the Jordan 4 Bred in size nine and in ten and a half.",
        "The Jordan 4 Bred in ten and a half is two hundred ten dollars, and we have three in stock.",
        "We have it in nine for two hundred ten dollars.",
        "We have the Jordan 4 in nine for two hundred ten dollars.",
        "The Bred in eleven is sold out.",
        "It's $210 in Bred and $225 in Military Blue.",
        "Yes, we do, it's two hundred ten dollars.",
        "We have three pairs left in ten and a half.",
    ];

    public static TheoryData<string> Invented =>
    [
        "Yes, we have the Jordan 4 in Bred, size ten and a half, for two hundred twenty dollars.",
        "There are two left, for two hundred twenty five dollars.",
        "There is one left in Military Blue, size ten and a half, for two hundred ten dollars.",
        "The Jordan 4 Bred in ten and a half is two hundred ten dollars, and we have seven in stock.",
        "It's $225 in Bred and $210 in Military Blue.",
        "We have the Jordan 4 in Chicago, for two hundred ten dollars.",
    ];

    [Theory]
    [MemberData(nameof(True))]
    public void What_the_catalogue_told_is_said(string sentence)
    {
        var result = Check(sentence);

        result.IsGrounded.ShouldBeTrue(string.Join(", ", result.Claims));
    }

    [Theory]
    [MemberData(nameof(Invented))]
    public void What_it_did_not_tell_is_not(string sentence) => Check(sentence).IsGrounded.ShouldBeFalse(sentence);

    private static GateResult Check(string sentence)
    {
        var evidence = new Evidence(Known.Tenant with { Name = "Corner Sneakers", Kind = BusinessKind.Shop, Services = [new Service("Jordan 4", "two hundred ten dollars", null, ["jordan four", "jordans"]), new Service("Air Force 1", "one hundred fifteen dollars", null, ["air force one"])], Facts = [] }, Known.Now);
        evidence.Add(EvidenceOrigin.Caller, "caller", "Do you have the Jordan 4 Bred in ten and a half?");
        evidence.AddTool(
            "look_up_catalogue",
            """
            Jordan 4, Bred, size 10.5; 210.00 USD; 3 in stock
            Not exactly what was asked for: Jordan 4, Bred, size 9; 210.00 USD; 4 in stock
            Not exactly what was asked for: Jordan 4, Bred, size 11; 210.00 USD; sold out
            Not exactly what was asked for: Jordan 4, Military Blue, size 10.5; 225.00 USD; 1 in stock, few left
            """,
            JsonNode.Parse(
                """
                {"items":[
                  {"product":"Jordan 4","variant":"Bred","size":"10.5","price":210.00,"currency":"USD","stock":3,"low_stock":false,"exact":true},
                  {"product":"Jordan 4","variant":"Bred","size":"9","price":210.00,"currency":"USD","stock":4,"low_stock":false,"exact":false},
                  {"product":"Jordan 4","variant":"Bred","size":"11","price":210.00,"currency":"USD","stock":0,"low_stock":false,"exact":false},
                  {"product":"Jordan 4","variant":"Military Blue","size":"10.5","price":225.00,"currency":"USD","stock":1,"low_stock":true,"exact":false}]}
                """)!.AsObject(),
            failed: false);
        return GroundingGate.Check(sentence, evidence, "Do you have the Jordan 4 Bred in ten and a half?");
    }
}
