using Parley.Conversation.Agents.Grounding;
using Parley.Conversation.Tenants;

namespace Parley.Conversation.Tests.Agents.Grounding;

/// <summary>Statements about the business without numbers. The check was tuned on the first two tables; <see cref="HeldOutFacts"/> was not looked at for it.</summary>
public sealed class FactGroundingTests
{
    private const double LeastHeldOutPrecision = 0.9;
    private const double LeastHeldOutRecall = 0.75;

    /// <summary>So, at Luigi's and at Sole Supply, or no statement about the business.</summary>
    public static TheoryData<string, string> True
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var sentence in (string[])
            [
                "Children are welcome at any hour.", "Yes, we have high chairs.", "We have a children's menu.", "You can bring your own birthday cake.", "You may bring your own wine.", "Balloons are fine, but confetti is not.",
                "We don't deliver ourselves, but the usual apps do.", "We take all credit cards and Apple Pay.", "Yes, we accept Visa and Mastercard.", "Yes, we take American Express.", "No, we don't take checks.",
                "I'm sorry, checks are not accepted.", "We can split the bill between at most four cards.", "Gift cards are available at the bar.", "There is a projector and a screen.", "There's a small stage for live music.",
                "Yes, we have vegan pasta.", "Lunch is included.", "The room hire on Sunday is free.", "Strollers can be left by the door.", "We have a back room for private parties.", "do you take checks|No, we don't.", "do you have high chairs|Yes, we do.",
                "do you take apple pay|Yes, of course we do.", "You can leave a message for the team.", "We have a table for you at that time.", "We have you down for Friday.", "You're welcome, have a lovely evening!", "There is nobody I can connect you with right now.",
                "I'm not sure whether we have a garden.", "We'll be happy to help you with that.", "We look forward to seeing you.", "If there is anything else, just call us again.", "Let me check if we have that for you.", "There's no problem at all.",
                "We take reservations, would you like one?", "We don't have a note of that, I'm afraid.", "You can call us back any time.", "We have received your request.", "I have two questions for you.",
                "Sí, aceptamos tarjetas de crédito.", "Los niños son bienvenidos.", "Podemos ayudarle con eso.", "Дети всегда желанные гости.", "Мы принимаем кредитные карты.", "אנחנו מקבלים כרטיסי אשראי.",
            ])
                data.Add("luigis", sentence);
            foreach (var sentence in (string[])
            [
                "We ship to Canada.", "Unworn shoes can be returned with the receipt.", "We buy worn sneakers on Tuesdays.", "Yes, we take Afterpay.", "No, Klarna is not available.", "We don't repair zippers or bags.", "Socks for trying on are free.",
                "You can order online and pick up in the store.", "We have toddler sizes on the upper floor.", "There is no student discount.", "do you take klarna|No, we don't.", "Yes, we offer sole replacement.", "We match the price of local shops.",
            ])
                data.Add("sole-supply", sentence);
            return data;
        }
    }

    /// <summary>Made up.</summary>
    public static TheoryData<string, string> Invented
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var sentence in (string[])
            [
                "Yes, we have a pool.", "We have a lovely garden with a view.", "Dogs are welcome.", "We deliver.", "Yes, we deliver to your home.", "Parking is free.", "We are wheelchair accessible.", "We take checks.", "Yes, checks are accepted.",
                "There is a playground in the yard.", "No, we don't have high chairs.", "Children are not allowed.", "You can bring your own beer.", "Corkage is free.", "Dessert is included.", "We offer sushi.", "There's a rooftop bar.", "We accept Bitcoin.",
                "Yes, we have live jazz.", "You can smoke inside.", "We have free Wi-Fi.", "do you have a garden|Yes, we do.", "do you take checks|Yes, we do.", "are dogs allowed|Yes, they are welcome.", "No, we don't take credit cards.",
                "Tenemos una piscina.", "Los perros son bienvenidos.", "El estacionamiento es gratis.", "No aceptamos tarjetas de crédito.", "У нас есть бассейн.", "Собаки разрешены.", "Парковка бесплатная.", "יש לנו בריכה.", "החניה חינם.",
            ])
                data.Add("luigis", sentence);
            foreach (var sentence in (string[])
            [
                "We ship to Mexico.", "Klarna is available.", "Yes, we take Klarna.", "We repair zippers.", "There is a student discount.", "We sell bicycles.", "Refunds for sale items are possible.", "Limited releases can be held, and shipping is free.",
                "do you take klarna|Yes, we do.", "We have a café on the ground floor.", "Gift wrapping is included.",
            ])
                data.Add("sole-supply", sentence);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(True))]
    public void What_is_so_is_said(string business, string sentence)
    {
        var result = Documents.Check(sentence, Documents.Of(business));

        result.IsGrounded.ShouldBeTrue($"{sentence}: {string.Join(", ", result.Claims)}");
    }

    [Theory]
    [MemberData(nameof(Invented))]
    public void What_is_made_up_is_not_said(string business, string sentence) => Documents.Check(sentence, Documents.Of(business)).IsGrounded.ShouldBeFalse(sentence);

    [Fact]
    public void On_sentences_that_it_was_not_tuned_on_it_is_nearly_as_good()
    {
        var wrong = Replaced(HeldOutFacts.True, out var allTrue);
        var right = Replaced(HeldOutFacts.Invented, out var allInvented);
        var report = $"replaced {right.Count} of {allInvented} made up, {wrong.Count} of {allTrue} true: {string.Join(" | ", wrong)} // let through: "
            + string.Join(" | ", HeldOutFacts.Invented.SelectMany(static t => t.Sentences).Except(right));
        TestContext.Current.TestOutputHelper?.WriteLine(report);

        ((double)right.Count / (right.Count + wrong.Count)).ShouldBeGreaterThanOrEqualTo(LeastHeldOutPrecision, report);
        ((double)right.Count / allInvented).ShouldBeGreaterThanOrEqualTo(LeastHeldOutRecall, report);
    }

    [Fact]
    public void A_tenant_that_leaves_nothing_to_people_takes_the_models_word()
    {
        var bold = new Evidence(Known.Tenant with { Agent = new AgentSettings { Confidence = 0 } }, Known.Now);

        GroundingGate.Check("Yes, we have a pool.", bold).IsGrounded.ShouldBeTrue();
        GroundingGate.Check("The pool is fifty dollars.", bold).IsGrounded.ShouldBeFalse("numbers are checked whatever it says");
        GroundingGate.Check("Yes, we have a pool.", new Evidence(Known.Tenant, Known.Now)).IsGrounded.ShouldBeFalse();
    }

    [Fact]
    public void The_callers_words_do_not_make_it_so()
    {
        var evidence = Documents.Of("luigis");
        evidence.Add(EvidenceOrigin.Caller, "caller", "You have a pool, right?");

        GroundingGate.Check("Yes, we have a pool.", evidence, "You have a pool, right?").IsGrounded.ShouldBeFalse();
    }

    [Theory]
    [InlineData("Yes, we have", true)]
    [InlineData("Dogs are welcome", true)]
    [InlineData("Sure, there is", true)]
    [InlineData("Of course, no problem,", false)]
    [InlineData("Thank you, Anna,", false)]
    public void Only_what_may_become_a_statement_is_waited_for(string part, bool waits) => GroundingGate.MustWait(part).ShouldBe(waits);

    private static List<string> Replaced((string Tenant, string[] Sentences)[] table, out int all)
    {
        all = table.Sum(static t => t.Sentences.Length);
        return [.. table.SelectMany(static t => t.Sentences.Where(sentence => !Documents.Check(sentence, Documents.Of(t.Tenant)).IsGrounded))];
    }
}
