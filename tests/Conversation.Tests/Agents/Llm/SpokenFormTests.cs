using Parley.Conversation.Agents.Llm;

namespace Parley.Conversation.Tests.Agents.Llm;

public sealed class SpokenFormTests
{
    [Theory]
    [InlineData("That's $14.50.", "That's fourteen dollars and fifty cents.")]
    [InlineData("It is $1 or €20.", "It is one dollar or twenty euros.")]
    [InlineData("It costs $0.99.", "It costs ninety nine cents.")]
    [InlineData("We close at 22:00.", "We close at ten at night.")]
    [InlineData("At 19:30 then.", "At seven thirty in the evening then.")]
    [InlineData("At 7:30 PM then.", "At seven thirty in the evening then.")]
    [InlineData("At 7 p.m. on Friday.", "At seven in the evening on Friday.")]
    [InlineData("At 7pm.", "At seven in the evening.")]
    [InlineData("At 7:30, right?", "At seven thirty, right?")]
    [InlineData("Call +12125550101.", "Call two one two, five five five, zero one zero one.")]
    [InlineData("Call 212-555-0101.", "Call two one two, five five five, zero one zero one.")]
    [InlineData("You get 10% off.", "You get ten percent off.")]
    [InlineData("**Bold** and `code` & more", "Bold and code and more")]
    [InlineData("- One thing", "One thing")]
    [InlineData("See https://evil.example/x for more.", "See for more.")]
    [InlineData("Great 😀!", "Great !")]
    [InlineData("A table for 4 in 2 weeks.", "A table for 4 in 2 weeks.")]
    [InlineData("Nothing to change here, thanks.", "Nothing to change here, thanks.")]
    public void English_is_put_into_words(string written, string spoken) => SpokenForm.Of(written, "en-US", "+12125550100").ShouldBe(spoken);

    [Theory]
    [InlineData("es", "Cuesta 14,50 €.", "Cuesta 14,50 euros.")]
    [InlineData("es", "Un 10% menos.", "Un 10 por ciento menos.")]
    [InlineData("ru", "Это стоит 350 ₽.", "Это стоит 350 рублей.")]
    [InlineData("he", "זה עולה ₪35.", "זה עולה 35 שקלים.")]
    [InlineData("es", "Llame al 212-555-0101.", "Llame al 2 1 2, 5 5 5, 0 1 0, 1.")]
    public void Other_languages_keep_digits_and_lose_signs(string language, string written, string spoken) =>
        SpokenForm.Of(written, language, "+12125550100").ShouldBe(spoken);
}
