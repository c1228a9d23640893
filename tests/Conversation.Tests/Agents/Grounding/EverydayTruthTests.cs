using System.Text.Json.Nodes;
using NodaTime;
using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Tenants;
using Parley.Conversation.Tts;

namespace Parley.Conversation.Tests.Agents.Grounding;

/// <summary>
/// What receptionists of the five businesses of <c>samples/knowledge</c> would truly say, written without a look at the check: what a check costs callers is the
/// true answers that it takes away.
/// </summary>
public sealed class EverydayTruthTests
{
    // At first 8 of 64.
    private const int MostReplaced = 1;

    // At first 6 of 27.
    private const int MostReplacedLater = 1;

    // The caller's question, and the answer, which may be of several sentences.
    private static readonly (string Business, (string Asks, string Says)[] Answers)[] Answers =
    [
        ("luigis",
        [
            ("Do you have high chairs?", "Yes, we have eight high chairs, so just let us know when you come in."),
            ("Can I bring my own wine?", "Sure, you can bring your own wine. Corkage is twenty five dollars a bottle, and it's two bottles at most per table."),
            ("Do you deliver?", "We don't deliver ourselves, but the usual delivery apps bring it to you within two miles."),
            ("Can we bring a cake for my son's birthday?", "Of course, bring your own birthday cake. We charge three dollars per person for plates and candles."),
            ("What vegan dishes do you have?", "The minestrone, the pizza marinara, the penne arrabbiata and the lemon sorbet are vegan."),
            ("Is there nuts in the pesto?", "Yes, the gnocchi al pesto has pine nuts in it, so it isn't safe with a nut allergy."),
            ("How much is the tiramisu and is there alcohol in it?", "The tiramisu is eight dollars, and it's made without alcohol."),
            ("Can I cancel if something comes up?", "You can cancel free of charge until three hours before your table."),
            ("What happens if we're late?", "We hold the table for fifteen minutes, so please give us a call if you're running late."),
            ("Do you have a room for a party of twenty five?", "Yes, our back room, the Sala Verde, seats up to thirty guests."),
            ("How much is the room on a Friday?", "On a Friday the room is three hundred dollars, with a minimum spend of eighteen hundred."),
            ("Do you take American Express?", "We take all credit cards and Apple Pay, but no checks."),
            ("Is there a dress code?", "No, come as you are. Just no beachwear please."),
            ("Are you wheelchair accessible?", "There's a small step at the door, but we have a ramp, and the restroom on the ground floor is accessible."),
            ("Can I order takeout?", "You can order any dish for takeout until half an hour before we close, and it's ready in about twenty five minutes."),
            ("What time do you close on Saturday?", "On Saturday we're open from noon till eleven at night."),
            ("What's the osso buco?", "It's braised veal shank with saffron risotto, and it's thirty two dollars."),
            ("Can I bring my dog?", "Dogs are welcome at our outside tables."),
            ("Do you have gluten free pasta?", "We do, gluten free pasta and pizza are three dollars more, but the kitchen also works with wheat flour."),
        ]),
        ("fade-factory",
        [
            ("Do I need an appointment?", "You can just walk in, but people with an appointment go first."),
            ("How much is a haircut and a beard trim?", "A haircut and beard trim together is fifty dollars and takes about an hour."),
            ("Do you do kids?", "Yes, a kids cut is twenty five dollars, up to twelve years old."),
            ("Is Andre there on Monday?", "I'm afraid Andre is off on Mondays."),
            ("Are you open Sundays?", "No, sorry, we're closed on Sundays. We're back Monday at nine."),
            ("Do you do highlights?", "Sorry, we don't do highlights, perms or extensions."),
            ("Is there a student discount?", "Students get ten percent off from Monday to Wednesday with a student card."),
            ("Can I bring my little dog?", "Small dogs are fine as long as they stay on the leash."),
            ("Do you have wifi?", "Yes, the wifi is free, and so are coffee and water."),
            ("How do I pay?", "You can pay by card or in cash."),
            ("How long does a hot towel shave take?", "A hot towel shave takes forty minutes and costs forty dollars."),
            ("Do you sell gift cards?", "Yes, we sell gift certificates for any amount, at the counter or over the phone."),
        ]),
        ("harbor-dental",
        [
            ("Do you take Cigna?", "Yes, we accept Cigna, as well as Delta Dental, MetLife and Aetna."),
            ("Do you take Medicaid?", "Unfortunately we don't accept Medicaid."),
            ("What do I bring to the first visit?", "Please come fifteen minutes early and bring a photo ID, your insurance card and a list of your medicines."),
            ("Can I pay in installments?", "For treatments above five hundred dollars you can pay over six or twelve months without interest."),
            ("My tooth was knocked out, what do I do?", "Keep the tooth in milk and come in within the hour."),
            ("Is there parking?", "Yes, patients park free for two hours in the garage on Pier Road."),
            ("How much is a crown?", "A crown is eleven hundred and fifty dollars, it's porcelain and made in one day."),
            ("Does any dentist speak Spanish?", "Yes, Doctor Romero speaks Spanish, and she's here Monday to Friday."),
            ("When is Dr. Osei in?", "Doctor Osei is here on Mondays and Thursdays."),
            ("Do you have laughing gas?", "Yes, laughing gas is eighty five dollars, and you don't have to fast for it."),
            ("From what age do you see children?", "We see children from the age of two, and a parent has to stay in the building."),
            ("How much for my records?", "There's no charge for copies of your records. They're sent within three working days."),
            ("How much is a cleaning?", "A cleaning is a hundred and twenty dollars and takes forty minutes."),
        ]),
        ("hotel-aurora",
        [
            ("When is check in?", "Check-in is from three in the afternoon, but you can leave your luggage at the front desk before."),
            ("Is breakfast included?", "The breakfast buffet is twenty two dollars a person, and half that for children under twelve."),
            ("Do you have a pool?", "Yes, there's an indoor pool, open from seven in the morning till ten at night, and it's free for guests."),
            ("Are cats allowed?", "Yes, cats and dogs up to forty pounds are welcome for thirty dollars a night."),
            ("How do I get there from the airport?", "There's a shuttle from terminal B every forty minutes for fifteen dollars a person, or a taxi is about forty five."),
            ("Can I charge my Tesla?", "Yes, we have six chargers in the garage, at no extra cost."),
            ("How much is a double with a view of the river?", "The Deluxe King has a river view and is two hundred and nine dollars a night."),
            ("Can I check out at one?", "Late check-out until two is forty dollars if the room is free."),
            ("Do you have a crib?", "Yes, cribs are free. An extra bed would be thirty five dollars a night."),
            ("Is the wifi good enough for video calls?", "The Wi-Fi is free, and there's a faster line for video calls at nine dollars a day."),
            ("Can I smoke on the balcony?", "No, all our rooms are non-smoking, including the balconies."),
        ]),
        ("sole-supply",
        [
            ("Can I return shoes?", "Unworn shoes can be returned within thirty days with the receipt."),
            ("How much is shipping?", "Standard shipping is seven dollars, and it's free for orders above a hundred and twenty."),
            ("Do you have the Air Max 90 in white nine?", "Yes, we have the white Air Max 90 in a nine. It's a hundred and thirty dollars."),
            ("Do you buy used sneakers?", "Yes, we buy worn and unworn sneakers on Tuesdays and Wednesdays. Bring the original box and a photo ID."),
            ("Do Yeezys run small?", "Yes, Yeezys run half a size small, so I'd go half a size up."),
            ("Do you take Klarna?", "We don't take Klarna, but we do take Afterpay."),
            ("Can you hold a pair for me?", "Sure, we can put a pair aside for twenty four hours, except limited releases."),
            ("Do you ship to Mexico?", "No, outside the United States we only ship to Canada, for eighteen dollars."),
            ("Where can I park?", "The first hour in the Elm Street garage is free with a purchase."),
        ]),
    ];

    /// <summary>The same, written after what the first ones brought to light was mended.</summary>
    private static readonly (string Business, (string Asks, string Says)[] Answers)[] Later =
    [
        ("luigis",
        [
            ("Do you have a kids menu?", "Yes, there's a children's menu with small pasta and small pizza for nine dollars."),
            ("Do you add a tip?", "For parties of six or more we add an eighteen percent gratuity."),
            ("Is there live music at your events?", "You can have live music on the small stage, but it has to end at ten in the evening."),
            ("Do you do cooking classes?", "Yes, Chef Marco teaches fresh pasta on the first Sunday of each month. It's seventy five dollars a person with lunch included."),
            ("How much is a glass of wine?", "A glass of the house red is nine dollars, and the bottle is thirty four."),
            ("Can you split the bill?", "Sure, we can split it between up to four cards."),
        ]),
        ("fade-factory",
        [
            ("I'm running ten minutes late, is that ok?", "No worries, we wait ten minutes. After that we may have to shorten it."),
            ("How much is it for seniors?", "The senior cut is twenty eight dollars, for people of sixty five and older."),
            ("Do I tip extra?", "Yes, tips aren't included. You can tip in cash or with the card."),
            ("Can six of us come for a wedding?", "Yes, groups of up to six can come on Sunday by arrangement, and with five or more the groom is free."),
            ("Do you sell pomade?", "We do, pomade is eighteen dollars and beard oil is fifteen."),
        ]),
        ("harbor-dental",
        [
            ("How much is an implant?", "An implant starts at twenty nine hundred dollars, and the crown is included."),
            ("Can I cancel my appointment tomorrow?", "You can, but within twenty four hours there's a fifty dollar fee."),
            ("Do you do whitening for my sixteen year old?", "I'm afraid we don't do whitening under eighteen."),
            ("Is there an elevator?", "Yes, there's an elevator from the garage to the second floor."),
            ("What if I'm in severe pain?", "Call us as early as you can, we keep two places open every day for emergencies."),
            ("How much is the braces consultation?", "The braces consultation is free, with Doctor Osei on Thursdays."),
        ]),
        ("hotel-aurora",
        [
            ("How much is parking?", "Valet parking is thirty eight dollars a night."),
            ("Do you have room service?", "Yes, until midnight, with a tray charge of five dollars."),
            ("Do you wash shirts?", "Yes, a shirt is six dollars and a suit is eighteen. What you give us before nine is back the same evening."),
            ("What's the penthouse like?", "The penthouse has two king beds and a terrace with a view of the skyline. It's six hundred and ninety a night."),
            ("Can I cancel?", "With a flexible rate you can cancel free of charge until six in the evening the day before."),
        ]),
        ("sole-supply",
        [
            ("How do raffles work?", "You enter in the app until Thursday at noon, and winners are told on Friday."),
            ("Are your shoes real?", "Every resale pair is checked by two people, and if one turns out to be fake we pay back twice the price."),
            ("Can you clean my sneakers?", "Sure, a deep cleaning is twenty five dollars and takes two days."),
            ("Do you give military discount?", "Yes, military gets fifteen percent off with ID."),
            ("Can I buy a gift card?", "Yes, gift cards go from twenty to five hundred dollars, in the shop and online."),
        ]),
    ];

    [Fact]
    public void A_true_answer_is_hardly_ever_taken_away()
    {
        var (first, later) = (All(Answers), All(Later));

        first.Count.ShouldBeLessThanOrEqualTo(MostReplaced, string.Join("\n", first));
        later.Count.ShouldBeLessThanOrEqualTo(MostReplacedLater, string.Join("\n", later));

        static List<string> All((string Business, (string Asks, string Says)[] Answers)[] table) =>
            [.. table.SelectMany(static b => b.Answers.Select(a => Replaced(b.Business, a.Asks, a.Says))).OfType<string>()];
    }

    // As it is spoken: sentence by sentence, each beside what was said before it.
    private static string? Replaced(string business, string asks, string says)
    {
        var evidence = Known(business);
        evidence.Add(EvidenceOrigin.Caller, "caller", asks);
        var soFar = "";
        foreach (var sentence in Sentences(says))
        {
            var result = GroundingGate.Check(sentence, evidence, $"{soFar} {asks}");
            if (!result.IsGrounded)
                return $"{business}: {asks} | {sentence} // {string.Join(", ", result.Claims.Where(static c => c.Source is null).Select(static c => c.Claim.Kind + " " + c.Claim.Said))}";
            soFar += sentence + " ";
        }

        return null;
    }

    private static IEnumerable<string> Sentences(string says)
    {
        var pending = "";
        foreach (var clause in SentenceChunker.Split(says))
        {
            pending = pending.Length == 0 ? clause : $"{pending} {clause}";
            if (pending[^1] is not ('.' or '!' or '?'))
                continue;
            yield return pending;
            pending = "";
        }

        pending.ShouldBeEmpty();
    }

    private static Evidence Known(string business)
    {
        var evidence = business switch
        {
            "luigis" => Documents.Of(business, Grounding.Known.Tenant.Hours, new Fact("dogs", [], "Dogs are welcome at our outside tables."), new Fact("gluten free", [], "We have gluten free pizza and pasta for three dollars more. The kitchen also works with wheat flour.")),
            "fade-factory" => Documents.Of(
                business, new OpeningHours([.. Enumerable.Range(1, 6).Select(static day => new OpeningSpan((IsoDayOfWeek)day, new LocalTime(9, 0), new LocalTime(19, 0)))], []),
                new Fact("walk-ins", [], "Walk-ins are welcome, but people with an appointment go first."), new Fact("payment", [], "We take cards and cash.")),
            _ => Documents.Of(business),
        };
        if (business == "sole-supply")
            evidence.AddTool("look_up_catalogue", "Air Max 90, White, size 9; 130.00 USD; 9 in stock", JsonNode.Parse("""{"items":[{"product":"Air Max 90","variant":"White","size":"9","price":130.00,"currency":"USD","stock":9,"exact":true}]}""")!.AsObject(), failed: false);
        return evidence;
    }
}
