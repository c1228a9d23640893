using Parley.Conversation.Rag.Text;

namespace Parley.Conversation.Tests.Rag;

public sealed class WordTests
{
    [Theory]
    [InlineData("Children's menu: $1,150!", "children menu 1150")]
    [InlineData("Don't check-in 10.5", "dont check in 10.5")]
    [InlineData("¿Atienden NIÑOS pequeños?", "atienden ninos pequenos")]
    [InlineData("Съёмка йода", "съемка йода")]
    [InlineData("שָׁלוֹם רח' אורצ'רד", "שלום רח אורצרד")]
    [InlineData("990v6", "990 v 6")]
    [InlineData("  ... --- ", "")]
    public void A_text_falls_into_words(string text, string words) => string.Join(' ', Word.Split(text).Select(w => w.Text)).ShouldBe(words);

    [Theory]
    [InlineData("en", "reservations reservation")]
    [InlineData("en", "cancelled cancelling cancel")]
    [InlineData("en", "parties party")]
    [InlineData("en", "prices pricing price")]
    [InlineData("en", "trimmed trimming trim trims")]
    [InlineData("es", "reservas reserva reservar")]
    [InlineData("es", "niños niñas niño")]
    [InlineData("es", "pagar pago pague")]
    [InlineData("ru", "собака собаки собакой собаками")]
    [InlineData("ru", "завтрак завтрака завтраком")]
    [InlineData("ru", "бесплатная бесплатный бесплатное")]
    [InlineData("he", "תספורת התספורת בתספורת")]
    [InlineData("he", "כרטיס כרטיסי כרטיסים")]
    public void Forms_of_a_word_share_a_stem(string language, string forms)
    {
        var of = TextLanguages.Of(language);
        Word.Split(forms).Select(w => Stemmer.Stem(w.Text, of)).Distinct().Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("en", "gas gasoline")]
    [InlineData("en", "party part")]
    [InlineData("es", "perro pera")]
    [InlineData("ru", "стол столица")]
    public void Different_words_keep_different_stems(string language, string words)
    {
        var of = TextLanguages.Of(language);
        Word.Split(words).Select(w => Stemmer.Stem(w.Text, of)).Distinct().Count().ShouldBe(2);
    }

    [Theory]
    [InlineData("en", "root", "route")]
    [InlineData("en", "tiramisu", "tearamesue")]
    [InlineData("en", "raffle", "rifle")]
    [InlineData("en", "wright", "right")]
    [InlineData("es", "vaca", "baca")]
    [InlineData("ru", "парковка", "порковка")]
    [InlineData("he", "תור", "טור")]
    public void Words_that_sound_alike_share_a_key(string language, string one, string other) =>
        SoundKey.Of(one, TextLanguages.Of(language)).ShouldBe(SoundKey.Of(other, TextLanguages.Of(language)));

    [Theory]
    [InlineData("abc", "abc", 1)]
    [InlineData("abc", "acb", 0.667)]
    [InlineData("abcd", "abd", 0.75)]
    [InlineData("abc", "", 0)]
    [InlineData("", "", 1)]
    public void Likeness_is_by_edits(string a, string b, double expected) => Likeness.Of(a, b).ShouldBe(expected, 0.001);
}
